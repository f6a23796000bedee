import type { Reporter, SerializedError, TestModule } from 'vitest/node';

export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

/** Sends the counts to test/run.mjs. Whatever is not a passed or skipped test counts as failed. */
export default class TallyReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const tally: Tally = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const testModule of modules) {
      // A file that does not load and a hook that throws leave no failed test behind.
      for (const group of [testModule, ...testModule.children.allSuites()]) {
        if (group.errors().length > 0) tally.failed += 1;
      }
      for (const test of testModule.children.allTests()) {
        const { state } = test.result();
        tally[state === 'pending' ? 'failed' : state] += 1;
      }
    }
    process.send?.(tally);
  }
}
