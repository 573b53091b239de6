import { createReadStream } from 'node:fs';
import { LimberProblem, type LimberClient } from '#client/index.ts';

/** Sends what is typed, piped or in the file, as the program takes it. Never rejects for a program that takes no more. */
export async function feedInput(
  client: LimberClient,
  id: string,
  { path, signal }: { readonly path: string | undefined; readonly signal: AbortSignal },
): Promise<void> {
  const input = path === undefined ? process.stdin : createReadStream(path);
  // Whoever waits for the next key is woken by the end of the program.
  signal.addEventListener('abort', () => input.destroy(), { once: true });
  try {
    await whenRunning(client, id, signal);
    for await (const chunk of input)
      await client.executions.sendInput(id, chunk as Buffer, { signal });
    await client.executions.closeInput(id, { signal });
  } catch (error) {
    if (signal.aborted || takesNoMore(error)) return;
    throw error;
  } finally {
    input.destroy();
  }
}

async function whenRunning(client: LimberClient, id: string, signal: AbortSignal): Promise<void> {
  for await (const event of client.executions.events(id, { kinds: ['state'], signal }))
    if (event.kind === 'state' && event.data.state === 'running') return;
}

/** It closed its input, or has ended. */
function takesNoMore(error: unknown): boolean {
  return error instanceof LimberProblem && (error.status === 409 || error.status === 404);
}
