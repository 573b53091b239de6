import type { Client } from '../api/client.ts';
import { openExec, type ExecTarget } from '../api/exec.ts';

const COMMAND = ['sh', '/run/limber-agent/said.sh'];

/**
 * What probes said before anybody was there to hear it, or in the program's last moment: its container
 * is gone, the pipe is not. Whatever breaks on the way, the outcome does not wait for it.
 */
export async function takeLastWords(
  client: Client,
  keeper: Omit<ExecTarget, 'command'>,
  hear: (bytes: Buffer) => void,
): Promise<void> {
  const output = { onStdout: hear, onStderr: () => {} };
  const exec = await openExec(client, { ...keeper, command: COMMAND }, output).catch(
    () => undefined,
  );
  await exec?.ended.catch(() => undefined);
}
