import { defineConfig } from 'vitest/config';

/** `npm run test:bundlers`: installs from the registry, so it is no part of `npm test`. */
export default defineConfig({
  test: {
    include: ['test/bundlers/*.test.ts'],
    testTimeout: 10 * 60_000,
    hookTimeout: 5 * 60_000,
    env: { NODE_ENV: 'test' },
  },
});
