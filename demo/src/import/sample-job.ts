import { ThreadStoreError, type RolloutFile } from 'idb-thread-store';
import type { ImportJob } from './import-job.ts';

/** The addresses of the conversations that come with the viewer, by file name. They are fetched only on a first visit. */
const addresses = import.meta.glob<string>('../../conversations/*.jsonl', {
  eager: true,
  import: 'default',
  query: '?url',
});

/** The conversations that come with the viewer, as an import. */
export function sampleJob(): ImportJob {
  const samples = Object.entries(addresses);
  return {
    find: () =>
      Promise.resolve({
        label: 'the sample conversations',
        files: () => fetchSamples(samples),
        fileCount: samples.length,
        passedOver: 0,
      }),
    quiet: true,
  };
}

async function* fetchSamples(samples: [path: string, address: string][]): AsyncGenerator<RolloutFile> {
  for (const [path, address] of samples) {
    yield { name: path.slice(path.lastIndexOf('/') + 1), data: await fetchSample(address) };
  }
}

async function fetchSample(address: string): Promise<Blob> {
  try {
    const response = await fetch(address);
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    return await response.blob();
  } catch (cause) {
    throw new ThreadStoreError('unavailable', 'The sample conversations could not be fetched.', { cause });
  }
}
