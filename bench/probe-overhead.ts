import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { analyze } from '#analyze/analyze.ts';
import { livePlan } from '#analyze/live-plan.ts';
import { compileProbes, shownProbes } from '#launch/shown-probes.ts';
import { COMPUTING } from './measure/limber-run.ts';
import { beginBenchmark, writeResult } from './measure/results.ts';
import { median, rounded } from './measure/statistics.ts';
import { printTable } from './measure/table.ts';

/** What the start of a probe takes is seen in them. */
const RESTING = resolve(import.meta.dirname, 'programs/resting');
/** The same for longer, as [rounds, rounds of the longer]: there the looks are seen, and not the start. */
const LASTING: Readonly<Record<string, readonly [string, string]>> = {
  'nbody.cjs': ['72_000_000', '576_000_000'],
  'recursion.cjs': ['ways(44)', 'ways(48)'],
  'tables.cjs': ['32_000_000', '256_000_000'],
};
const PROBES = resolve(import.meta.dirname, '../probes');
const RESULTS = resolve(import.meta.dirname, 'results/probe-overhead.json');
const PYTHON = '/usr/bin/python3';

/**
 * The CPU time and the largest memory of a child, as only its parent can ask the kernel; apart the memory
 * that is its own (RssAnon), without the pages of the interpreter that all programs share, and the CPU time
 * of the thread that looks: any other of a Python program, and that of Node that has the name of workers.
 */
const MEASURE = `
import json, os, resource, subprocess, sys, time
child = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE)
own, looking, tasks = 0, 0, '/proc/%d/task' % child.pid
def clock_of(task):
    name = open('%s/%s/comm' % (tasks, task)).read().strip()
    isLooking = name == 'WorkerThread' if sys.argv[1].endswith('node') else int(task) != child.pid
    return int(open('%s/%s/schedstat' % (tasks, task)).read().split()[0]) / 1e9 if isLooking else 0
while child.poll() is None:
    try:
        for line in open('/proc/%d/status' % child.pid):
            if line.startswith('RssAnon:'): own = max(own, int(line.split()[1]) / 1024)
        looking = max(looking, sum(map(clock_of, os.listdir(tasks))))
    except OSError: pass
    time.sleep(0.05)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([child.stdout.read().decode(), used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, own, looking]))
`;

type Run = {
  readonly output: string;
  readonly cpuSeconds: number;
  readonly mebibytes: number;
  readonly ownMebibytes: number;
  readonly lookingSeconds: number;
};

type Probed = { readonly pipe: string; readonly probes: string };

/** `npm run bench -- probe-overhead`: programs that compute or rest, in pairs with and without a probe. `--only a.py,b.cjs` measures these, the rest stays. */
export async function bench(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { pairs: { type: 'string', default: '7' }, only: { type: 'string', default: '' } },
  });
  const machine = beginBenchmark('probe-overhead');
  const folder = mkdtempSync(join(tmpdir(), 'limber-overhead-'));
  const pipe = join(folder, 'probe');
  const probes = shownProbes(PROBES, folder);
  compileProbes(PYTHON, probes, { env: {}, runtimeFolder: folder, nodePath: process.execPath });
  execFileSync('mkfifo', [pipe]);
  // Held open on both sides: it never ends, whoever comes and goes.
  const reader = spawn('sh', ['-c', 'exec cat >/dev/null <>"$1"', 'sh', pipe]);
  try {
    writeLasting(folder);
    const scripts = [COMPUTING, RESTING, join(folder, 'lasting')].flatMap((programs) =>
      readdirSync(programs)
        .filter((script) => values.only === '' || values.only.split(',').includes(script))
        .map((script) => join(programs, script)),
    );
    const rows: ReturnType<typeof compare>[] = [];
    for (const script of scripts) {
      writeFileSync(join(folder, 'plan.json'), await planFor(script));
      rows.push(compare(script, { pipe, probes }, Number(values.pairs)));
    }
    printTable([
      ['', 'CPU s without', 'ratio', 'more ms', 'thread ms', 'MiB', 'own MiB', 'same output'],
      ...rows.map((row) => Object.values(row).map(String)),
    ]);
    const kept = values.only === '' ? [] : rowsBefore();
    const others = kept.filter(({ script }) => !rows.some((row) => row.script === script));
    writeResult('probe-overhead', machine, {
      pairs: Number(values.pairs),
      rows: [...others, ...rows],
    });
  } finally {
    reader.kill();
    rmSync(folder, { recursive: true });
  }
}

function writeLasting(folder: string) {
  mkdirSync(join(folder, 'lasting'));
  for (const [script, [rounds, more]] of Object.entries(LASTING)) {
    const source = readFileSync(join(COMPUTING, script), 'utf8');
    if (!source.includes(rounds)) throw new Error(`${script} has no ${rounds} to be replaced.`);
    writeFileSync(join(folder, 'lasting', `lasting-${script}`), source.replace(rounds, more));
  }
}

function rowsBefore(): readonly { readonly script: string }[] {
  return (JSON.parse(readFileSync(RESULTS, 'utf8')) as { rows: { script: string }[] }).rows;
}

/** As a run has it. */
async function planFor(path: string): Promise<string> {
  const language = path.endsWith('.py') ? 'python' : 'javascript';
  const profile = await analyze({ source: readFileSync(path, 'utf8'), language, file: path });
  return livePlan(profile, path);
}

function compare(path: string, probed: Probed, pairs: number) {
  const script = basename(path);
  const environment = environmentOf(probed);
  const runs = Array.from({ length: pairs }, () => [run(path, {}), run(path, environment)]);
  const [bare, withProbe] = [runs.map(([one]) => one!), runs.map(([, other]) => other!)];
  const more = (quantity: Exclude<keyof Run, 'output'>) =>
    median(runs.map(([one, other]) => other![quantity] - one![quantity]));
  return {
    script,
    cpuSeconds: rounded(median(bare.map(({ cpuSeconds }) => cpuSeconds))),
    ratio: rounded(median(runs.map(([one, other]) => other!.cpuSeconds / one!.cpuSeconds))),
    moreMs: rounded(more('cpuSeconds') * 1000),
    lookingMs: rounded(more('lookingSeconds') * 1000),
    mebibytes: rounded(more('mebibytes')),
    ownMebibytes: rounded(more('ownMebibytes')),
    sameOutput: new Set([...bare, ...withProbe].map(({ output }) => output)).size === 1,
  };
}

function environmentOf({ pipe, probes }: Probed) {
  return {
    LIMBER_PROBE: pipe,
    PYTHONPATH: `${probes}/python`,
    NODE_OPTIONS: `--require ${probes}/node/preload.cjs`,
  };
}

function run(path: string, env: Readonly<Record<string, string>>): Run {
  const interpreter = path.endsWith('.py') ? PYTHON : process.execPath;
  const { stdout } = spawnSync(PYTHON, ['-I', '-c', MEASURE, interpreter, path], {
    env: { ...process.env, ...env },
    encoding: 'utf8',
  });
  const [output, cpuSeconds, mebibytes, ownMebibytes, lookingSeconds] = JSON.parse(stdout) as [
    string,
    number,
    number,
    number,
    number,
  ];
  return { output, cpuSeconds, mebibytes, ownMebibytes, lookingSeconds };
}
