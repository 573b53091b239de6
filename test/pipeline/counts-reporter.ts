import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule, TestRunEndReason } from 'vitest/node';
import { CAPABILITIES } from '../capabilities.ts';
import type { Counts, Skip } from './counts.ts';

/** Writes the counts of a vitest run as JSON: passed, failed, and every skip with its reason, every second try. */
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
    const lost = modules.filter((module) => module.errors().length > 0).length;
    const failed = counts.failed + lost + unhandledErrors.length;
    const silent = reason === 'passed' || failed > 0 ? 0 : 1;
    writeFileSync(this.#file, JSON.stringify({ ...counts, failed: failed + silent }, null, 2));
  }
}

function sum(modules: readonly TestModule[]): Counts {
  let passed = 0;
  let failed = 0;
  const skipped: Skip[] = [];
  const flaky: string[] = [];
  for (const test of modules.flatMap((module) => [...module.children.allTests()])) {
    const result = test.result();
    const name = `${test.module.relativeModuleId}: ${test.fullName}`;
    if (test.diagnostic()?.flaky === true) flaky.push(name);
    if (result.state === 'passed') passed += 1;
    else if (result.state === 'skipped') skipped.push({ name, reason: result.note ?? '' });
    else failed += 1;
  }
  return { passed, failed, skipped, flaky, capabilities: present() };
}

function present(): string[] {
  return Object.entries(CAPABILITIES)
    .filter(([, isPresent]) => isPresent())
    .map(([name]) => name);
}
