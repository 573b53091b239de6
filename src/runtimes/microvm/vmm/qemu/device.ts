import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const known = new Map<string, Promise<string | undefined>>();

/** Why this QEMU has no such device, in its own words; undefined where it has. Asked once. */
export function whyNoDevice(name: string): Promise<string | undefined> {
  const answer = known.get(name) ?? ask(name);
  known.set(name, answer);
  return answer;
}

/** It ends with 0 either way: only of a device that it has does it list the options. */
async function ask(name: string): Promise<string | undefined> {
  const run = promisify(execFile)('qemu-system-x86_64', ['-device', `${name},help`]);
  // Where there is no QEMU at all, the start of the machine says so.
  const { stdout, stderr } = await run.catch(() => ({ stdout: 'unknown', stderr: '' }));
  if (stdout !== '') return undefined;
  // `qemu-system-x86_64: -device no-such,help: Device 'no-such' not found`
  return stderr.trim().split(': ').at(-1) || 'QEMU did not say why';
}
