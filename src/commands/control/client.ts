import { createConnection } from 'node:net';
import { text } from 'node:stream/consumers';
import { LimberError } from '#model/errors.ts';
import type { ControlAnswer, ControlRequest } from '#model/control.ts';

const DEADLINE_MS = 5000;

/** Asks the process that looks after a run; throws `run-unreachable` when there is none that listens. */
export async function askRun(
  path: string,
  id: string,
  request: ControlRequest,
): Promise<ControlAnswer> {
  const socket = createConnection(path);
  socket.setTimeout(DEADLINE_MS, () => socket.destroy(new Error('it does not answer')));
  try {
    socket.write(`${JSON.stringify(request)}\n`);
    return JSON.parse(await text(socket)) as ControlAnswer;
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new LimberError('run-unreachable', { id, problem }, { cause: error });
  }
}
