/**
 * Makes a worker that belongs to a document of its own, a hidden frame. When the process dies that stores, WebKit cuts
 * documents off from storage for ever, with all workers that they make; one that comes later has a new connection.
 * @param make makes a worker of this document
 */
export function inOtherDocument(make: () => Worker): Worker {
  if (!globalThis.document) return make();
  const frame = document.createElement('iframe');
  frame.hidden = true;
  document.documentElement.append(frame);
  const { Worker: own } = globalThis;
  // However a worker is made, and by whatever bundler, it is by this name.
  globalThis.Worker = (frame.contentWindow as typeof globalThis | null)?.Worker ?? own;
  try {
    const worker = make();
    const terminate = worker.terminate.bind(worker);
    worker.terminate = () => {
      terminate();
      frame.remove();
    };
    return worker;
  } catch (error) {
    frame.remove();
    throw error;
  } finally {
    globalThis.Worker = own;
  }
}
