import { LimberError } from '#model/errors.ts';
import type { Store } from '#record/store.ts';
import type { Output } from './streams.ts';
import type { Style } from './style.ts';

/** What the reading commands need of the store. */
export type RunReader = Pick<
  Store,
  'list' | 'get' | 'timeline' | 'latest' | 'decisions' | 'notes' | 'logFolder'
>;

/** What the reading commands work with. */
export type Reading = {
  readonly reader: RunReader;
  readonly stdout: Output;
  readonly stderr: Output;
  /** How stdout looks. */
  readonly style: Style;
  readonly nowMs: () => number;
};

export type RunRecord = ReturnType<RunReader['get']>;

/** A run by its id, the beginning of its id, or `last`; throws `execution-unknown`. */
export function findRun(reader: RunReader, id: string): RunRecord {
  if (id !== 'last') return reader.get(id);
  const [newest] = reader.list({ limit: 1 });
  if (newest) return newest;
  throw new LimberError('execution-unknown', { id, hint: ': nothing was run yet' });
}

/** `running`, or how it ended. */
export function statusOf({
  outcome,
}: Pick<RunRecord, 'outcome'>): NonNullable<RunRecord['outcome']> | 'running' {
  return outcome ?? 'running';
}
