import { afterEach, expect, test, vi } from 'vitest';
import { newId } from '../../src/contract/new-id.ts';

afterEach(() => vi.restoreAllMocks());

const msOf = (id: string) => Number.parseInt(id.slice(0, 13).replace('-', ''), 16);

test('an id is a UUIDv7 of this moment', () => {
  const before = Date.now();
  const id = newId();
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(msOf(id)).toBeGreaterThanOrEqual(before);
  expect(msOf(id)).toBeLessThanOrEqual(Date.now());
});

test('ids rise, more than a millisecond has numbers for, and when the clock is set back', () => {
  const now = Date.now() + 1000;
  const clock = vi.spyOn(Date, 'now').mockReturnValue(now);
  const ids = Array.from({ length: 10_000 }, newId);
  clock.mockReturnValue(now - 60_000);
  ids.push(newId());
  expect(ids.every((id, index) => index === 0 || id > (ids[index - 1] ?? ''))).toBe(true);
  expect(new Set(ids).size).toBe(ids.length);
});
