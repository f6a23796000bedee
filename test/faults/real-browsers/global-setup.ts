import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { buildSite } from '../../kill/site.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of the built page. */
    faultsFolder: string;
  }
}

/** Builds the page once for all tests. */
export default async function setup(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'idb-thread-store-faults-'));
  await buildSite(folder, import.meta.dirname, ['page.html']);
  project.provide('faultsFolder', folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
