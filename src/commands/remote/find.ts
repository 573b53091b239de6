import type { Execution, LimberClient, ListedExecution } from '#client/index.ts';
import { LimberError } from '#model/errors.ts';

const WHOLE_ID = /^[0-9a-z]{12}$/;

/** By its id, the beginning of its id, or `last`; throws `execution-unknown`. */
export async function findExecution(client: LimberClient, id: string): Promise<Execution> {
  if (WHOLE_ID.test(id)) return client.executions.get(id);
  const { executions } = await client.executions.page({ limit: 200 });
  const found =
    id === 'last' ? executions.slice(0, 1) : executions.filter((one) => one.id.startsWith(id));
  const [only, another] = found;
  if (only && !another) return client.executions.get(only.id);
  const hint = another ? `: more than one begins so` : ` among the newest there`;
  throw new LimberError('execution-unknown', { id, hint });
}

/** What it runs, as its user would type it. */
export function titleOf({ request }: ListedExecution | Execution): string {
  const { command, entry, args, language } = request as {
    readonly command?: readonly string[];
    readonly entry?: string;
    readonly args?: readonly string[];
    readonly language?: string;
  };
  const begin = command ?? [entry ?? `(${language ?? 'inline'} code)`];
  return [...begin, ...(args ?? [])].join(' ');
}
