import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { ProbeLook, ProbeMessage } from '#model/probe.ts';
import { decodeProbeMessage } from '#monitor/probe/decode.ts';
import { openProbePipe } from '#runtimes/process/channel/probe-pipe.ts';

const PROBES = resolve(import.meta.dirname, '../../probes');

export type Ended = {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
};

/** A folder for each test, in which real interpreters run programs with the real probe, or without. */
export function probedPrograms() {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'limber-probed-'));
    execFileSync('mkfifo', [join(folder, 'probe')]);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function write(name: string, source: string): string {
    writeFileSync(join(folder, name), source);
    return name;
  }
  /** What analysis told of the program: that it is the one. */
  function plan(argv: readonly string[]): void {
    const script = argv.find((word) => existsSync(join(folder, word)));
    if (script === undefined || existsSync(join(folder, 'plan.json'))) return;
    const files = { [script]: { loops: [], values: [] } };
    write('plan.json', JSON.stringify({ v: 1, intervalMs: 50, files }));
  }
  return {
    write,
    bare: (argv: readonly string[]) => ended(argv, folder, {}),
    /** What the program did, and what its probe said. */
    async probed(argv: readonly string[]): Promise<Ended & { messages: readonly ProbeMessage[] }> {
      const path = join(folder, 'probe');
      plan(argv);
      const heard = hear(path);
      const did = await ended(argv, folder, probeEnvironment(path));
      return { ...did, messages: await heard() };
    },
  };
}

export const looksOf = (messages: readonly ProbeMessage[]): readonly ProbeLook[] =>
  messages.filter((message) => message.kind === 'at');

/** Listens from now on; gives what was said once all of it has been read. */
function hear(path: string): () => Promise<readonly ProbeMessage[]> {
  const messages: ProbeMessage[] = [];
  const last = new Promise<void>((settle) => {
    const pipe = openProbePipe(path, (line) => {
      if (line !== LAST) return messages.push(decoded(line));
      pipe.close();
      settle();
    });
    pipe.start();
  });
  return async () => {
    appendFileSync(path, `${LAST}\n`);
    await last;
    return messages;
  };
}

const LAST = 'that was all';

function decoded(line: string): ProbeMessage {
  const message = decodeProbeMessage(line);
  if (message === undefined) throw new Error(`not of the protocol: ${line}`);
  return message;
}

function probeEnvironment(path: string): Readonly<Record<string, string>> {
  return {
    LIMBER_PROBE: path,
    PYTHONPATH: `${PROBES}/python`,
    NODE_OPTIONS: `--require ${PROBES}/node/preload.cjs`,
  };
}

function ended(
  argv: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<Ended> {
  const [command = '', ...args] = argv;
  const { PATH = '/usr/bin:/bin' } = process.env;
  // Nothing of the test's own environment: it is one of Node, too.
  const child = spawn(command, args, {
    cwd,
    env: { PATH, LANG: 'C.UTF-8', PYTHONDONTWRITEBYTECODE: '1', ...env },
  });
  const said = { stdout: '', stderr: '' };
  child.stdin.end();
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => (said[name] += text));
  return new Promise((settle, fail) => {
    child.on('error', fail);
    child.on('close', (code, signal) => settle({ ...said, code, signal }));
  });
}
