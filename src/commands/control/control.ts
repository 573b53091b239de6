import { resolvePaths } from '#config/paths.ts';
import type { ControlOptions } from '#cli/handlers.ts';
import { findRun } from '#cli/run-reader.ts';
import { LimberError } from '#model/errors.ts';
import { openStore } from '#record/store.ts';
import type { Environment } from '../engine.ts';
import { askRun } from './client.ts';
import { controlPath } from './server.ts';

/** `limber set`, `resize`, `lock` and `unlock`: what a user tells a run that goes on. */
export async function control(
  { id, request, json }: ControlOptions,
  env: Environment,
): Promise<number> {
  const paths = resolvePaths({ env, uid: process.getuid?.() ?? 0 });
  const run = runningRun(paths.home, id);
  const answer = await askRun(controlPath(paths.runtime, run), run, request);
  if (!answer.accepted)
    throw new LimberError('control-refused', { id: run, problem: answer.text.replace(/\.$/, '') });
  process.stdout.write(json ? `${JSON.stringify(answer)}\n` : `${run}: ${answer.text}\n`);
  return 0;
}

function runningRun(home: string, id: string): string {
  const store = openStore(home);
  try {
    const record = findRun(store, id);
    if (record.outcome === undefined) return record.id;
    throw new LimberError('run-ended', { id: record.id, outcome: record.outcome });
  } finally {
    store.close();
  }
}
