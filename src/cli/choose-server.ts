import type { Command } from 'commander';
import { LimberError } from '#model/errors.ts';
import type { Handlers, Surroundings } from './handlers.ts';

/** Commands that make sense without a server whichever was named: they read code, or print. */
const ANYWHERE = ['analyze', 'completion', 'simulate', 'help'];
const REMOTE = [
  'run',
  'ps',
  'top',
  'watch',
  'show',
  'explain',
  'logs',
  'set',
  'resize',
  'lock',
  'unlock',
  'stop',
  'mcp',
];

/** Where a server is named, the commands that it can do are done there. Throws `only-here`. */
export async function chooseServer(
  command: Command,
  chosen: Handlers,
  { caller: { env }, remote }: Surroundings,
): Promise<void> {
  const { server } = command.optsWithGlobals<{ readonly server?: string }>();
  const url = server ?? env['LIMBER_SERVER'];
  if (url === undefined || url === '') return;
  const name = command.name();
  if (!REMOTE.includes(name)) {
    // Named for this command alone it was meant; from the environment it is for those that can.
    if (server === undefined || ANYWHERE.includes(name)) return;
    throw new LimberError('only-here', { what: `limber ${name}`, hint: 'Leave out --server.' });
  }
  const apiKey = env['LIMBER_API_KEY'];
  Object.assign(
    chosen,
    await remote({ url: address(url), ...(apiKey !== undefined && { apiKey }) }),
  );
}

function address(text: string): string {
  const isUrl = URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
  if (isUrl) return text;
  throw new LimberError('usage-invalid', {
    problem: `"${text}" is no address of a server`,
    hint: 'Write it as http://HOST:7411.',
  });
}
