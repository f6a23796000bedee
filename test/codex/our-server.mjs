/**
 * Our app-server over files, as the real one in its home: on the surface that Codex shows, and introduced.
 * @param {(path: string) => Promise<any>} load loads a source module
 * @param {'0.130' | 'latest'} protocol
 * @param {string} home
 * @param {{ name: string, data: string }[]} files
 * @returns {Promise<import('./real-server.mjs').Call>}
 */
export async function ourServer(load, protocol, home, files) {
  const { createMemoryThreadStore } = await load('/src/memory/index.ts');
  const { createAppServer } = await load('/src/app-server/index.ts');
  const store = createMemoryThreadStore();
  await store.importRollouts(files, { surface: 'limited' });
  const server = createAppServer(store, { protocol, codexHome: home });
  let last = 0;
  /** @type {import('./real-server.mjs').Call} */
  const call = async (method, params) => {
    const { result, error } = await server.handle({ id: ++last, method, params });
    return error ? { error } : { result };
  };
  await call('initialize', {
    clientInfo: { name: 'check', version: '0' },
    capabilities: { experimentalApi: true },
  });
  return call;
}
