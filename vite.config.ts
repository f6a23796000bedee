import { playwright } from '@vitest/browser-playwright';
import { defaultClientConditions, defaultServerConditions } from 'vite';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import type { BrowserProviderOption } from 'vitest/node';
import { browsers, type BrowserName } from './test/environments/browsers.mjs';
import { builtWorker } from './test/environments/built-worker.ts';
import { firefox } from './test/environments/firefox.ts';
import { webkit } from './test/environments/webkit.ts';

/** `idb-thread-store` means the sources: tests need no build. */
const source = '@idb-thread-store/source';

const [chromiumPath] = browsers.chromium.find() ?? [];

/** The tests: one Node with a fake IndexedDB, three real browsers. The demo has a configuration of its own. */
export default defineConfig({
  resolve: { conditions: [source, ...defaultClientConditions] },
  ssr: { resolve: { conditions: [source, ...defaultServerConditions] } },
  worker: { format: 'es' },
  // A dependency that is found while tests run would reload the page under them; workers are not searched.
  optimizeDeps: {
    include: ['@assistant-ui/react', 'comlink', 'fzstd', 'react', 'react-dom', 'react-dom/client', 'valibot'],
  },
  test: {
    // Tests in browsers hear of them, too.
    env: { ...fromEnvironment('PLANS_EACH'), ...fromEnvironment('SEED') },
    testTimeout: 90_000,
    hookTimeout: 90_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          environment: 'node',
          include: [
            'test/everywhere/**/*.test.ts',
            'test/faults/**/*.test.ts',
            'test/node/**/*.test.ts',
            'test/demo/**/*.test.ts',
          ],
          setupFiles: ['test/environments/node.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'demo',
          environment: 'node',
          include: ['test/demo-e2e/**/*.test.ts'],
          // Three real browsers on what may be a small machine: one that starves is asked once more.
          retry: 1,
          globalSetup: ['test/demo-e2e/global-setup.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'faults',
          environment: 'node',
          include: ['test/faults/real-browsers/*.real.ts'],
          globalSetup: ['test/faults/real-browsers/global-setup.ts'],
          fileParallelism: false,
        },
      },
      inBrowser(
        'chromium',
        playwright({ launchOptions: chromiumPath ? { executablePath: chromiumPath } : {} }),
      ),
      inBrowser('firefox', firefox()),
      inBrowser('webkit', webkit()),
    ],
  },
});

/** A variable of this process, if it is set. */
function fromEnvironment(name: string): Record<string, string> {
  const value = process.env[name];
  return value === undefined ? {} : { [name]: value };
}

/** A project of the browser's name: Vitest wants one provider per project. */
function inBrowser(browser: BrowserName, provider: BrowserProviderOption): TestProjectInlineConfiguration {
  return {
    extends: true,
    // Two environments run at the same time, and neither may write the other's prepared dependencies.
    cacheDir: `node_modules/.vite/${browser}`,
    plugins: [builtWorker()],
    test: {
      include: ['test/everywhere/**/*.test.ts', 'test/faults/**/*.test.ts', 'test/browser/**/*.test.ts'],
      browser: {
        enabled: true,
        headless: true,
        screenshotFailures: false,
        connectTimeout: 120_000,
        provider,
        instances: [{ browser, name: browser }],
      },
    },
  };
}
