import { version } from 'react';
import { version as domVersion } from 'react-dom';
import { expect, test } from 'vitest';

test('these are tests with React 18.0, the oldest that the hooks take', () => {
  for (const found of [version, domVersion]) expect(found).toMatch(/^18\.0\.0/);
});
