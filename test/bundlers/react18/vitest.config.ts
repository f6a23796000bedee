import { playwright } from '@vitest/browser-playwright';
import { defaultClientConditions } from 'vite';
import { defineConfig } from 'vitest/config';
import { demand } from '../../environments/browsers.mjs';

const folder = process.env['REACT_18'] ?? '';
const modules = ['react', 'react/jsx-runtime', 'react-dom', 'react-dom/client'];
const [executablePath = ''] = demand('chromium');

/** The tests of the hooks with the React that is installed in the folder `REACT_18`. */
export default defineConfig({
  cacheDir: `${folder}/.vite`,
  resolve: {
    conditions: ['@idb-thread-store/source', ...defaultClientConditions],
    alias: modules.map((name) => ({
      find: new RegExp(`^${name}$`),
      replacement: `${folder}/node_modules/${name.includes('/') ? name : `${name}/index`}.js`,
    })),
  },
  server: { fs: { strict: false } },
  test: {
    include: ['test/browser/react/*.test.ts', 'test/bundlers/react18/*.test.ts'],
    testTimeout: 90_000,
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      connectTimeout: 120_000,
      provider: playwright({ launchOptions: { executablePath } }),
      instances: [{ browser: 'chromium' }],
    },
  },
});
