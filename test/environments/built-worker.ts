import { rolldown } from 'rolldown';
import type { Plugin } from 'vite';
import { worker } from '../../rolldown.config.ts';

/**
 * Serves `/built-worker.js`, the worker as the package ships it, built once a run: what users get, and what a browser loads as often as there are
 * tests. From the sources it would be a hundred requests each time.
 */
export function builtWorker(): Plugin {
  let built: Promise<string> | undefined;
  return {
    name: 'built-worker',
    configureServer({ middlewares }) {
      middlewares.use('/built-worker.js', (_request, response, next) => {
        built ??= build();
        built.then((code) => response.setHeader('Content-Type', 'text/javascript').end(code), next);
      });
    },
  };
}

async function build(): Promise<string> {
  const bundle = await rolldown(worker);
  const { output } = await bundle.generate({ ...worker.output, sourcemap: false });
  await bundle.close();
  return output[0].code;
}
