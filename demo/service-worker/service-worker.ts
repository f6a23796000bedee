// Keeps the viewer's own files, so that it opens without a network. The build puts `release` before this text; a new
// release is installed beside the one in use, and takes its place when nobody uses that any more, or on request.

/** What the build knows: all files of this release, relative to the page, and a name that changes with any of them. */
declare const release: { version: string; files: string[] };

/** The library of types takes any worker for a plain one. */
const worker = self as unknown as ServiceWorkerGlobalScope;

/** Other viewers on the same origin have caches of their own. */
const cachePrefix = `viewer ${worker.registration.scope} `;
const cacheName = cachePrefix + release.version;

worker.addEventListener('install', (event) => event.waitUntil(install()));
worker.addEventListener('activate', (event) => event.waitUntil(activate()));

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method === 'GET' && request.url.startsWith(worker.registration.scope))
    event.respondWith(answer(request));
});

/** A page asks for the release that waits. It is told how many other pages stand in the way. */
worker.addEventListener('message', (event) => {
  if (event.data !== 'activate') return;
  event.waitUntil(
    othersOpen(event.source).then((others) => {
      event.ports[0]?.postMessage(others);
      return others === 0 ? worker.skipWaiting() : undefined;
    }),
  );
});

async function install(): Promise<void> {
  const cache = await caches.open(cacheName);
  // Past the browser's own cache: a file of the last release under the same name would stay for ever.
  await cache.addAll(release.files.map((file) => new Request(file, { cache: 'no-cache' })));
}

async function activate(): Promise<void> {
  for (const name of await caches.keys())
    if (name.startsWith(cachePrefix) && name !== cacheName) await caches.delete(name);
  // The first visit is ready to go offline, too.
  await worker.clients.claim();
}

async function answer(request: Request): Promise<Response> {
  const cache = await caches.open(cacheName);
  const kept = await cache.match(request.mode === 'navigate' ? './' : request, { ignoreVary: true });
  return kept ?? fetch(request);
}

/** An older page must not find a newer database: as long as another one is open, the old release stays. */
async function othersOpen(asker: ExtendableMessageEvent['source']): Promise<number> {
  const pages = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
  return pages.filter((page) => !(asker instanceof Client) || page.id !== asker.id).length;
}
