import type { Reporter, SerializedError, TestModule } from 'vitest/node';

export interface Tally {
  passed: number;
  skipped: number;
  /** A line for each test that failed: where it ran, its name, and what went wrong. */
  failures: string[];
}

/** Sends the counts to test/run.mjs. Whatever is not a passed or skipped test counts as failed. */
export default class TallyReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const tally: Tally = {
      passed: 0,
      skipped: 0,
      failures: unhandledErrors.map((error) => describe('', [error])),
    };
    for (const testModule of modules) {
      const place = `${testModule.project.name} ${testModule.relativeModuleId}`;
      // A file that does not load and a hook that throws leave no failed test behind.
      for (const group of [testModule, ...testModule.children.allSuites()]) {
        const errors = group.errors();
        if (errors.length > 0) tally.failures.push(describe(place, errors));
      }
      for (const test of testModule.children.allTests()) {
        const { state, errors = [] } = test.result();
        if (state === 'passed' || state === 'skipped') tally[state] += 1;
        else tally.failures.push(describe(`${place} > ${test.fullName}`, errors));
      }
    }
    process.send?.(tally);
  }
}

function describe(place: string, errors: readonly SerializedError[]): string {
  return [place, ...errors.map(({ message }) => message.split('\n', 1)[0])].filter(Boolean).join(': ');
}
