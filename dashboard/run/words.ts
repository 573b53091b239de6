import type { ListedExecution } from '#client/index.ts';

type Told = Pick<ListedExecution, 'id' | 'request'>;

/** What an execution is called: what it was asked to run, in one line. */
export function titleOf({ id, request }: Told): string {
  const { code, command, entry } = request;
  if (Array.isArray(command)) return command.join(' ');
  if (typeof entry === 'string') return entry;
  if (typeof code !== 'string') return id;
  const lines = code.split('\n').map((line) => line.trim());
  const telling = lines.find((line) => line !== '' && !/^(import|from|#!|<\?php)/.test(line));
  return (telling ?? lines[0] ?? id).replace(/^(#|\/\/)+\s*/, '') || id;
}

/** How a state is shown: in words, and in a colour that is never the only sign. */
export function stateOf({ state, outcome }: Pick<ListedExecution, 'state' | 'outcome'>) {
  if (state === 'queued') return { text: 'Waiting', look: 'queued' };
  if (state === 'running') return { text: 'Running', look: 'running' };
  const text = (outcome ?? 'ended').replaceAll('-', ' ');
  const look = outcome === 'succeeded' ? 'good' : outcome === 'cancelled' ? '' : 'bad';
  return { text: text[0]!.toUpperCase() + text.slice(1), look };
}

/** Seconds since it started, or that it took. */
export function lastedSeconds(
  { startedAt, endedAt }: Pick<ListedExecution, 'startedAt' | 'endedAt'>,
  nowMs = Date.now(),
): number | undefined {
  if (startedAt === undefined) return undefined;
  const until = endedAt === undefined ? nowMs : Date.parse(endedAt);
  return Math.max(0, (until - Date.parse(startedAt)) / 1000);
}
