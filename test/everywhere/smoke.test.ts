import { expect, test } from 'vitest';
import { result } from '../../src/idb/requests.ts';

test('IndexedDB keeps what it is given', async () => {
  const opening = indexedDB.open('smoke', 1);
  opening.onupgradeneeded = () => void opening.result.createObjectStore('things');
  const db = await result(opening);
  const things = db.transaction('things', 'readwrite').objectStore('things');
  await result(things.put({ text: 'kept' }, 'key'));
  expect(await result(things.get('key'))).toEqual({ text: 'kept' });
  db.close();
  indexedDB.deleteDatabase('smoke');
});
