import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { buildDemo } from './site.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of the built demo. */
    demoFolder: string;
  }
}

/** Builds the demo once for all its tests. */
export default async function setup(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'idb-thread-store-demo-'));
  await buildDemo(folder);
  project.provide('demoFolder', folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
