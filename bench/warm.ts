import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { beginBenchmark, writeResult } from './measure/results.ts';
import { quantile, rounded } from './measure/statistics.ts';
import { printTable } from './measure/table.ts';
import { references } from './serve/references.ts';
import { BenchServer, SYSTEM_PATH } from './serve/server.ts';

/** A program whose first instruction says when it was: milliseconds of CLOCK_MONOTONIC. */
const LANGUAGES = {
  python: {
    file: 'main.py',
    interpreter: '/usr/bin/python3',
    code: 'import time; print(time.monotonic_ns() / 1e6)',
  },
  javascript: {
    file: 'main.js',
    interpreter: '/usr/bin/node',
    code: 'const at = process.hrtime.bigint(); console.log(Number(at) / 1e6);',
  },
} as const;

/** In which the pool is filled again: executions come one by one. */
const BETWEEN_MS = 250;

type Figure = { readonly p50: number; readonly p99: number; readonly runs: number };

/** `npm run bench -- warm`: from the request (or the start of the tool) to the first instruction. */
export async function bench(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { runs: { type: 'string', default: '100' } },
  });
  const runs = Number(values.runs);
  const machine = beginBenchmark('warm');
  const figures: Record<string, Record<string, Figure>> = {};
  for (const [language, program] of Object.entries(LANGUAGES)) {
    figures[language] = {
      'Limber, warm': await served(language, program.code, { max: 4 }, runs),
      'Limber, cold': await served(language, program.code, { max: 0 }, Math.ceil(runs / 2)),
      ...referred(program, Math.ceil(runs / 2)),
    };
  }
  const versions = Object.values(LANGUAGES).map(({ interpreter }) => versionOf(interpreter));
  print(figures);
  writeResult('warm', machine, { unit: 'ms', interpreters: versions, figures });
}

async function served(language: string, code: string, warm: object, runs: number): Promise<Figure> {
  const server = await new BenchServer().start({ warm });
  try {
    const times: number[] = [];
    // The first ones load what a server loads once.
    for (let run = -5; run < runs; run++) {
      const startedMs = nowMs();
      const { id } = await server.run(language, code);
      const ms = Number(await server.output(id)) - startedMs;
      if (run >= 0) times.push(ms);
      await sleep(BETWEEN_MS);
    }
    return figureOf(times);
  } finally {
    await server.stop();
  }
}

function referred(
  { file, interpreter, code }: (typeof LANGUAGES)[keyof typeof LANGUAGES],
  runs: number,
): Record<string, Figure> {
  const folder = mkdtempSync(join(tmpdir(), 'limber-bench-warm-'));
  try {
    writeFileSync(join(folder, file), code);
    const found = references(folder).map(({ name, start }) => {
      const path = name === 'no sandbox' ? join(folder, file) : file;
      const once = () => {
        const startedMs = nowMs();
        return Number(start([interpreter, path])) - startedMs;
      };
      once();
      return [name, figureOf(Array.from({ length: runs }, once))] as const;
    });
    return Object.fromEntries(found);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function figureOf(times: readonly number[]): Figure {
  const at = (share: number) => rounded(quantile(times, share));
  return { p50: at(0.5), p99: at(0.99), runs: times.length };
}

function nowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

function versionOf(interpreter: string): string {
  const text = execFileSync(interpreter, ['--version'], { env: { PATH: SYSTEM_PATH } });
  return `${interpreter} ${text.toString().trim()}`;
}

function print(figures: Record<string, Record<string, Figure>>): void {
  printTable([
    ['ms to the first instruction', 'p50', 'p99'],
    ...Object.entries(figures).flatMap(([language, ways]) =>
      Object.entries(ways).map(([way, { p50, p99 }]) => [
        `${language}: ${way}`,
        p50.toFixed(1),
        p99.toFixed(1),
      ]),
    ),
  ]);
}
