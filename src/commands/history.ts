import { createInterface } from 'node:readline/promises';
import { resolvePaths } from '#config/paths.ts';
import type { HistoryOptions } from '#cli/handlers.ts';
import { historyTable, placesTable } from '#cli/history-text.ts';
import { exitCodeOf, openOutput } from '#cli/streams.ts';
import { styleFor } from '#cli/style.ts';
import { LimberError } from '#model/errors.ts';
import type { Learned, Selection } from '#record/history/learned.ts';
import { openStore, type Store } from '#record/store.ts';
import type { Environment } from './engine.ts';

const STDOUT = 1;

/** `limber history`: shows, exports or forgets what was learned. */
export async function history(options: HistoryOptions, env: Environment): Promise<number> {
  const store = openStore(resolvePaths({ env, uid: process.getuid?.() ?? 0 }).home);
  const stdout = openOutput(STDOUT);
  try {
    const nowMs = Date.now();
    const selection = selectionOf(options, nowMs);
    const found = store.learned({ selection, nowMs });
    if (options.code !== undefined && found.length === 0)
      throw new LimberError('history-unknown', { code: options.code });
    await stdout.write(
      options.forget
        ? await forgetting(store, { found, selection, options })
        : shown(found, options, nowMs),
    );
    return exitCodeOf(stdout);
  } finally {
    store.close();
  }
}

function selectionOf({ code, olderThanMs }: HistoryOptions, nowMs: number): Selection {
  if (code !== undefined) return { kind: 'code', fingerprint: code };
  return olderThanMs === undefined
    ? { kind: 'all' }
    : { kind: 'before', atMs: nowMs - olderThanMs };
}

function shown(found: readonly Learned[], { code, json }: HistoryOptions, nowMs: number): string {
  if (json) return `${JSON.stringify(found, null, 2)}\n`;
  const style = styleFor(process.stdout);
  const places = code !== undefined && found.length === 1 ? placesTable(found[0]!, style) : '';
  return `${historyTable(found, nowMs, style)}${places}`;
}

type Forgetting = {
  readonly found: readonly Learned[];
  readonly selection: Selection;
  readonly options: HistoryOptions;
};

async function forgetting(
  store: Store,
  { found, selection, options: { forget, json } }: Forgetting,
): Promise<string> {
  const codes = found.map(({ fingerprint }) => fingerprint);
  const dryRun = forget?.dryRun ?? false;
  if (!dryRun && codes.length > 0 && !(forget?.yes ?? false)) await confirm(codes.length);
  if (!dryRun) store.forget(selection);
  if (json) return `${JSON.stringify({ forgotten: codes, dryRun })}\n`;
  return `${dryRun ? 'Would forget' : 'Forgot'} ${counted(codes.length)}.\n`;
}

/** Asked where somebody can answer; elsewhere it must have been said beforehand. */
async function confirm(count: number): Promise<void> {
  if (!process.stdin.isTTY) throw new LimberError('confirmation-missing', { what: counted(count) });
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`Forget ${counted(count)}? [y/N] `);
  terminal.close();
  if (!/^y(es)?$/i.test(answer.trim()))
    throw new LimberError('confirmation-missing', { what: counted(count) });
}

function counted(count: number): string {
  return `what was learned of ${count} ${count === 1 ? 'program' : 'programs'}`;
}
