import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argv, stdout } from 'node:process';
import { runChecks } from './checks.ts';
import { runOnCgroupV1, runOnCgroupV2, runUnitTests } from './suites.ts';
import { judge, lastLine } from './verdict.ts';
import type { Suite } from './verdict.ts';

const PARTS = { checks: runChecks, unit: runUnitTests, v1: runOnCgroupV1, v2: runOnCgroupV2 };

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
  const suites: Suite[] = [];
  for (const name of partsNamed(args.slice(0, end))) suites.push(await PARTS[name](place));

  const verdict = judge(suites);
  for (const remark of verdict.remarks) stdout.write(`${remark}\n`);
  for (const { name, counts } of suites) {
    stdout.write(`${name}: ${counts.passed} passed, ${counts.failed} failed\n`);
  }
  stdout.write(`${lastLine(verdict)}\n`);
  if (verdict.failed === 0) rmSync(place.reportDir, { recursive: true });
  return verdict.failed === 0 ? 0 : 1;
}

function partsNamed(names: readonly string[]): (keyof typeof PARTS)[] {
  const all = Object.keys(PARTS) as (keyof typeof PARTS)[];
  const unknown = names.filter((name) => !Object.hasOwn(PARTS, name));
  if (unknown.length > 0)
    throw new Error(`No part "${unknown.join(' ')}"; there are ${all.join(', ')}.`);
  return names.length === 0 ? all : all.filter((name) => names.includes(name));
}

process.exitCode = await runPipeline(argv.slice(2));
