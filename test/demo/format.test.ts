import { expect, test } from 'vitest';
import { shortPath } from '../../demo/src/text/format.ts';

test.each([
  ['/home/user/webpack-to-vite', '~/webpack-to-vite'],
  ['/Users/ada/notes', '~/notes'],
  ['C:\\Users\\ada\\notes', '~\\notes'],
  ['/home/user', '~'],
  ['/home/user/work/a/b', '…/a/b'],
  ['/workspace/app', '/workspace/app'],
  ['/srv/homes/ada/app', '…/ada/app'],
  ['', ''],
])('the path %s is shown as %s', (path, short) => {
  expect(shortPath(path)).toBe(short);
});
