import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argv, stdout } from 'node:process';
import { runChecks } from './checks.ts';
import { runOnCgroupV1, runOnCgroupV2, runServiceTests, runUnitTests } from './suites.ts';
import { judge, lastLine } from './verdict.ts';
import type { Suite } from './verdict.ts';

const PARTS = {
  checks: runChecks,
  unit: runUnitTests,
  service: runServiceTests,
  v1: runOnCgroupV1,
  v2: runOnCgroupV2,
};
type Part = keyof typeof PARTS;

/**
 * `npm test` runs everything; `npm test -- v2` only the named parts, and what follows `--` goes to
 * vitest: `npm test -- v1 -- memory`.
 */
async function runPipeline(args: readonly string[]): Promise<number> {
  const end = args.includes('--') ? args.indexOf('--') : args.length;
  const place = {
    reportDir: mkdtempSync(join(tmpdir(), 'limber-test-')),
    filters: args.slice(end + 1),
  };
  const named = partsNamed(args.slice(0, end));
  const runAll = async (parts: readonly Part[]): Promise<Suite[]> => {
    const suites: Suite[] = [];
    for (const part of parts.filter((one) => named.includes(one)))
      suites.push(await PARTS[part](place));
    return suites;
  };
  // The guest has one processor and waits a lot; what measures this machine has it for itself.
  const beside = await Promise.all([runAll(['checks', 'unit', 'service']), runAll(['v2'])]);
  const suites = [...beside.flat(), ...(await runAll(['v1']))];

  const verdict = judge(suites);
  for (const remark of verdict.remarks) stdout.write(`${remark}\n`);
  for (const { name, counts } of suites) {
    stdout.write(`${name}: ${counts.passed} passed, ${counts.failed} failed\n`);
  }
  stdout.write(`${lastLine(verdict)}\n`);
  if (verdict.failed === 0) rmSync(place.reportDir, { recursive: true });
  return verdict.failed === 0 ? 0 : 1;
}

function partsNamed(names: readonly string[]): Part[] {
  const all = Object.keys(PARTS) as Part[];
  const unknown = names.filter((name) => !Object.hasOwn(PARTS, name));
  if (unknown.length > 0)
    throw new Error(`No part "${unknown.join(' ')}"; there are ${all.join(', ')}.`);
  return names.length === 0 ? all : all.filter((name) => names.includes(name));
}

process.exitCode = await runPipeline(argv.slice(2));
