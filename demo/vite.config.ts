import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig } from 'vite';
import { buildServiceWorker } from './service-worker/build-service-worker.ts';

/** The history viewer. It imports the package by name; the condition turns that into the sources, unbuilt. */
export default defineConfig({
  root: import.meta.dirname,
  // Relative addresses, so that the built demo works in any folder of any server.
  base: './',
  resolve: { conditions: ['@idb-thread-store/source', ...defaultClientConditions] },
  plugins: [react(), buildServiceWorker()],
  worker: { format: 'es' },
  build: { target: 'es2022' },
});
