import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { missingCapabilities } from './privileges.ts';
import { TOOLS, findTool } from './tool.ts';

/** Why the tests of real namespaces cannot run here; undefined where they can. */
export const SKIP_REASON =
  missingCapabilities().length > 0
    ? `needs ${missingCapabilities().join(' and ')}`
    : Object.keys(TOOLS).some((tool) => !findTool(tool))
      ? 'needs ip, tc and nft'
      : undefined;

export async function makeRuntimeFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'limber-network-'));
  return { path, remove: () => rm(path, { recursive: true }) };
}

/** Everything of Limber that the host could be left with. Others may run their own meanwhile. */
export function hostState(instanceIdPrefix: string) {
  const ours = (text: string) => text.split('\n').filter((line) => line.includes(instanceIdPrefix));
  return {
    namespaces: ours(run('ip', ['netns'])),
    links: ours(run('ip', ['-d', 'link'])),
  };
}

export function run(command: string, args: readonly string[], input?: string): string {
  return execFileSync(command, args, {
    encoding: 'utf8',
    stdio: 'pipe',
    ...(input === undefined ? {} : { input }),
  });
}

/** Runs JavaScript inside a namespace the way a program runs there: in a child user namespace. */
export function programIn(
  netnsPath: string,
  code: string,
  env: Record<string, string> = {},
): ChildProcess {
  const args = [
    `--net=${netnsPath}`,
    'unshare',
    '--user',
    '--map-root-user',
    process.execPath,
    '-e',
    code,
  ];
  return spawn('nsenter', args, {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
}

/** The first line a program prints. */
export async function firstLine(child: ChildProcess): Promise<string> {
  let text = '';
  for await (const chunk of child.stdout!) {
    text += String(chunk);
    if (text.includes('\n')) break;
  }
  return text.split('\n')[0] ?? '';
}

export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise((resolve) => child.once('exit', resolve));
}

/** Tries to open a TCP connection inside: `open`, or the error's code. */
export function tryConnect(netnsPath: string, host: string, port: number): Promise<string> {
  const code = `const s = require('node:net').connect({ host: '${host}', port: ${port} });
    s.setTimeout(3000, () => { console.log('ETIMEDOUT'); process.exit(); });
    s.on('connect', () => { console.log('open'); process.exit(); });
    s.on('error', (e) => { console.log(e.code); process.exit(); });`;
  return firstLine(programIn(netnsPath, code));
}

/** Bits per second that a byte counter shows over a while. */
export async function measureBitsPerSecond(counterPath: string, seconds: number): Promise<number> {
  const before = Number(readFileSync(counterPath, 'latin1'));
  const startedMs = performance.now();
  await delay(seconds * 1000);
  const bytes = Number(readFileSync(counterPath, 'latin1')) - before;
  return (bytes * 8) / ((performance.now() - startedMs) / 1000);
}

export async function until(
  condition: () => boolean,
  what: string,
  deadlineMs = 10_000,
): Promise<void> {
  const endMs = performance.now() + deadlineMs;
  while (!condition()) {
    if (performance.now() > endMs) throw new Error(`did not happen in time: ${what}`);
    await delay(10);
  }
}
