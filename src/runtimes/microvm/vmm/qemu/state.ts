import { readFileSync } from 'node:fs';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { LimberError } from '#model/errors.ts';
import type { Qmp } from './qmp.ts';

const LOOK_EVERY_MS = 10;
const DEADLINE_MS = 30_000;
/** Memory that is a file is not written once more. */
const WITHOUT_FILES = [{ capability: 'x-ignore-shared', state: true }];

let kind: Promise<string> | undefined;

/** What a state was kept with: asked once. Source: QEMU, docs/devel/migration. */
export function stateKind(): Promise<string> {
  kind ??= versionAndProcessor();
  return kind;
}

async function versionAndProcessor(): Promise<string> {
  const run = promisify(execFile)('qemu-system-x86_64', ['--version']);
  // Where there is no QEMU at all, the start of the machine says so.
  const { stdout } = await run.catch(() => ({ stdout: '' }));
  const processors = readFileSync('/proc/cpuinfo', 'utf8').split('\n');
  const lasting = new Set(processors.filter((line) => /^(model name|flags|microcode)/.test(line)));
  return [stdout.split('\n')[0], ...lasting].join('\n');
}

/** Stops the machine and writes all but its memory, which is in a file of its own. */
export async function keepState(qmp: Qmp, statePath: string): Promise<void> {
  await qmp.execute('stop');
  await qmp.execute('migrate-set-capabilities', { capabilities: WITHOUT_FILES });
  await qmp.execute('migrate', { uri: `exec:cat >${quoted(statePath)}` });
  await whenMigrated(qmp);
}

/** Of a machine that was started to do so and has the memory already. */
export async function goOnFrom(qmp: Qmp, statePath: string): Promise<void> {
  await qmp.execute('migrate-set-capabilities', { capabilities: WITHOUT_FILES });
  await qmp.execute('migrate-incoming', { uri: `exec:cat ${quoted(statePath)}` });
  await whenMigrated(qmp);
  await qmp.execute('cont');
}

async function whenMigrated(qmp: Qmp): Promise<void> {
  const endMs = performance.now() + DEADLINE_MS;
  let status = '';
  while (performance.now() < endMs) {
    const answer = (await qmp.execute('query-migrate')) as { readonly status?: string };
    status = answer.status ?? '';
    if (status === 'completed') return;
    if (status === 'failed' || status === 'cancelled') break;
    await sleep(LOOK_EVERY_MS);
  }
  throw new LimberError('microvm-not-started', {
    problem: `its state could not be taken over (${status})`,
    hint: 'The machine boots instead, and the next one makes a new template.',
  });
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
