import type { ControlOptions, ServerAddress } from '#cli/handlers.ts';
import type { LimberClient } from '#client/index.ts';
import type { ControlAnswer, ControlRequest } from '#model/control.ts';
import { LimberError } from '#model/errors.ts';
import { print } from '../deliver.ts';
import { connect, translated } from './connect.ts';
import { findExecution } from './find.ts';

/** `limber --server URL set`, `resize`, `lock`, `unlock` and `stop`. */
export function remoteControl(
  at: ServerAddress,
  { id, request, json }: ControlOptions,
): Promise<number> {
  return translated(async () => {
    const client = await connect(at, (text) => void process.stderr.write(`${text}\n`));
    const execution = await findExecution(client, id);
    if (execution.outcome !== undefined)
      throw new LimberError('run-ended', { id: execution.id, outcome: execution.outcome });
    const { accepted, text } = await ask(client, execution.id, request);
    if (!accepted)
      throw new LimberError('control-refused', {
        id: execution.id,
        problem: text.replace(/\.$/, ''),
      });
    return print(json ? `${JSON.stringify({ accepted, text })}\n` : `${execution.id}: ${text}\n`);
  });
}

async function ask(
  client: LimberClient,
  id: string,
  request: ControlRequest,
): Promise<ControlAnswer> {
  switch (request.kind) {
    case 'set':
      return client.executions.changeScaling(id, { settings: request.changes });
    case 'resize': {
      const { state, text } = await client.executions.resize(id, request.sizes);
      return { accepted: state !== 'refused', text };
    }
    case 'lock':
      return client.executions.changeScaling(id, { mode: 'locked' });
    case 'unlock':
      return client.executions.changeScaling(id, { mode: 'auto' });
    case 'stop':
      await client.executions.cancel(id);
      return { accepted: true, text: 'it is asked to end' };
  }
}
