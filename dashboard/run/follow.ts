import { client, isUnreachable } from '../api/session.ts';
import { pause } from '../api/polling.ts';
import type { RunModel } from './run-model.ts';

const AGAIN_MS = 1000;

/**
 * Brings the events of an execution into its model, to its end. When the server goes away it goes on
 * behind the last event once one is back.
 */
export async function follow(id: string, model: RunModel, signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      const after = model.sequence === 0 ? {} : { after: model.sequence };
      for await (const event of client().executions.events(id, { ...after, signal }))
        model.take(event);
      return;
    } catch (error) {
      if (signal.aborted) return;
      if (!isUnreachable(error)) throw error;
      await pause(AGAIN_MS, signal);
    }
  }
}
