import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { beginBenchmark, writeResult } from './measure/results.ts';
import { median, rounded } from './measure/statistics.ts';
import { printTable } from './measure/table.ts';

const PROGRAMS = resolve(import.meta.dirname, 'programs/computing');
const PROBES = resolve(import.meta.dirname, '../probes');

/**
 * The CPU time and the largest memory of a child, as only its parent can ask the kernel; apart the memory
 * that is its own (RssAnon), without the pages of the interpreter that all programs share.
 */
const MEASURE = `
import json, resource, subprocess, sys, time
child = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE)
own = 0
while child.poll() is None:
    for line in open('/proc/%d/status' % child.pid):
        if line.startswith('RssAnon:'): own = max(own, int(line.split()[1]) / 1024)
    time.sleep(0.05)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([child.stdout.read().decode(), used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, own]))
`;

type Run = {
  readonly output: string;
  readonly cpuSeconds: number;
  readonly mebibytes: number;
  readonly ownMebibytes: number;
};

/** `npm run bench -- probe-overhead`: programs that only compute, in pairs with and without a probe; `--only a.py,b.cjs`. */
export async function bench(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { pairs: { type: 'string', default: '7' }, only: { type: 'string', default: '' } },
  });
  const machine = beginBenchmark('probe-overhead');
  const folder = mkdtempSync(join(tmpdir(), 'limber-overhead-'));
  const pipe = join(folder, 'probe');
  execFileSync('mkfifo', [pipe]);
  // Held open on both sides: it never ends, whoever comes and goes.
  const reader = spawn('sh', ['-c', 'exec cat >/dev/null <>"$1"', 'sh', pipe]);
  try {
    const scripts = readdirSync(PROGRAMS).filter(
      (script) => values.only === '' || values.only.split(',').includes(script),
    );
    const rows = scripts.map((script) => compare(script, pipe, Number(values.pairs)));
    printTable([
      ['', 'CPU s without', 'ratio with', 'more MiB', 'of its own', 'same output'],
      ...rows.map((row) => Object.values(row).map(String)),
    ]);
    writeResult('probe-overhead', machine, { pairs: Number(values.pairs), rows });
  } finally {
    reader.kill();
    rmSync(folder, { recursive: true });
  }
}

function compare(script: string, pipe: string, pairs: number) {
  const runs = Array.from({ length: pairs }, () => [run(script, {}), run(script, probed(pipe))]);
  const [bare, withProbe] = [runs.map(([one]) => one!), runs.map(([, other]) => other!)];
  return {
    script,
    cpuSeconds: rounded(median(bare.map(({ cpuSeconds }) => cpuSeconds))),
    ratio: rounded(median(runs.map(([one, other]) => other!.cpuSeconds / one!.cpuSeconds))),
    mebibytes: rounded(median(runs.map(([one, other]) => other!.mebibytes - one!.mebibytes))),
    ownMebibytes: rounded(
      median(runs.map(([one, other]) => other!.ownMebibytes - one!.ownMebibytes)),
    ),
    sameOutput: new Set([...bare, ...withProbe].map(({ output }) => output)).size === 1,
  };
}

function probed(pipe: string) {
  return {
    LIMBER_PROBE: pipe,
    PYTHONPATH: `${PROBES}/python`,
    NODE_OPTIONS: `--require ${PROBES}/node/preload.cjs`,
  };
}

function run(script: string, env: Readonly<Record<string, string>>): Run {
  const interpreter = script.endsWith('.py') ? '/usr/bin/python3' : process.execPath;
  const { stdout } = spawnSync(
    '/usr/bin/python3',
    ['-I', '-c', MEASURE, interpreter, join(PROGRAMS, script)],
    { env: { ...process.env, ...env }, encoding: 'utf8' },
  );
  const [output, cpuSeconds, mebibytes, ownMebibytes] = JSON.parse(stdout) as [
    string,
    number,
    number,
    number,
  ];
  return { output, cpuSeconds, mebibytes, ownMebibytes };
}
