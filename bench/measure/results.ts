import { mkdirSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { resolve } from 'node:path';
import { describeMachine, machineLine, type Machine } from './machine.ts';

/** `LIMBER_BENCH_RESULTS` sends them elsewhere: a guest whose project folder is read-only. */
const FOLDER = process.env['LIMBER_BENCH_RESULTS'] ?? resolve(import.meta.dirname, '../results');

/** Call before measuring: the load of the machine is part of the result. */
export function beginBenchmark(name: string): Machine {
  const machine = describeMachine();
  process.stdout.write(`${name}: ${machineLine(machine)}\n\n`);
  return machine;
}

export function writeResult(name: string, machine: Machine, figures: object): void {
  mkdirSync(FOLDER, { recursive: true });
  const path = resolve(FOLDER, `${name}.json`);
  const loadAfter = Math.round((loadavg()[0] ?? 0) * 100) / 100;
  const result = { benchmark: name, machine: { ...machine, loadAfter }, ...figures };
  writeFileSync(path, `${JSON.stringify(result, null, 2)}\n`);
  process.stdout.write(`\nwritten to ${path}\n`);
}
