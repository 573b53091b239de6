import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule, TestRunEndReason } from 'vitest/node';
import { CAPABILITIES } from '../capabilities.ts';
import type { Counts, Skip } from './counts.ts';

/** Writes the counts of a vitest run as JSON: passed, every failure, every skip with its reason, every one that had to be tried again. */
export class CountsReporter implements Reporter {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  onTestRunEnd(
    modules: readonly TestModule[],
    unhandledErrors: readonly unknown[],
    reason: TestRunEndReason,
  ): void {
    const counts = sum(modules);
    // A file that cannot be loaded and a promise nobody awaited fail a run without a failed test.
    const failures = [
      ...counts.failures,
      ...modules.flatMap((module) => named(module.relativeModuleId, module.errors()).slice(0, 1)),
      ...unhandledErrors.flatMap((error) => named('caught by nobody', [error])),
    ];
    if (reason !== 'passed' && failures.length === 0) failures.push(`the run was ${reason}`);
    const all: Counts = { ...counts, failures, failed: failures.length };
    writeFileSync(this.#file, JSON.stringify(all, null, 2));
  }
}

function named(what: string, errors: readonly unknown[]): string[] {
  return errors.map((error) => {
    const { message } = error as Partial<Error>;
    return `${what}: ${(message ?? String(error)).split('\n', 1)[0] ?? ''}`;
  });
}

function sum(modules: readonly TestModule[]): Counts {
  let passed = 0;
  const skipped: Skip[] = [];
  const failures: string[] = [];
  const flaky: string[] = [];
  for (const test of modules.flatMap((module) => [...module.children.allTests()])) {
    const result = test.result();
    const name = `${test.module.relativeModuleId}: ${test.fullName}`;
    if (test.diagnostic()?.flaky === true) flaky.push(name);
    if (result.state === 'passed') passed += 1;
    else if (result.state === 'skipped') skipped.push({ name, reason: result.note ?? '' });
    else failures.push(named(name, result.errors ?? []).at(-1) ?? name);
  }
  const failed = failures.length;
  return { passed, failed, skipped, failures, flaky, capabilities: present() };
}

function present(): string[] {
  return Object.entries(CAPABILITIES)
    .filter(([, isPresent]) => isPresent())
    .map(([name]) => name);
}
