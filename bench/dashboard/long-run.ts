import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Told = {
  readonly sequence: number;
  readonly kind: string;
  readonly data: Record<string, unknown> & { readonly atSeconds?: number };
};

/** What an execution told, up to its end. */
export async function eventsOf(url: string, id: string): Promise<readonly Told[]> {
  const text = await (await fetch(`${url}/v1/executions/${id}/events`)).text();
  return [...text.matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data!) as Told);
}

/** The samples, decisions and phases of a run again and again, until there are so many samples. */
export function prolonged(told: readonly Told[], samples: number): readonly Told[] {
  const kept = told.filter(({ kind }) => kind === 'sample' || kind === 'decision');
  const lastsSeconds = kept.at(-1)!.data.atSeconds! + 0.1;
  const long: Told[] = [];
  let count = 0;
  for (let turn = 0; ; turn++)
    for (const event of kept) {
      if (event.kind === 'sample' && count++ === samples) return long;
      long.push(later(event, long.length + 1, turn * lastsSeconds));
    }
}

function later(event: Told, sequence: number, bySeconds: number): Told {
  const { atSeconds } = event.data;
  if (atSeconds === undefined) return { ...event, sequence };
  return { ...event, sequence, data: { ...event.data, atSeconds: atSeconds + bySeconds } };
}

/**
 * The server, but that one execution has a past: it is told first, and what it really tells comes
 * behind it, as if it had run for as long.
 */
export async function withPast(url: string, id: string, past: readonly Told[]) {
  const pastSeconds = past.at(-1)!.data.atSeconds!;
  const proxy = createServer((asked, answer) => {
    const isStream = asked.url === `/v1/executions/${id}/events`;
    const on = { method: asked.method, headers: asked.headers };
    const passed = request(new URL(asked.url!, url), on, (response) => {
      answer.writeHead(response.statusCode!, response.headers);
      if (!isStream) return void response.pipe(answer);
      answer.write(past.map(blockOf).join(''));
      passLater(response, answer, { by: past.length, pastSeconds }).catch(() => answer.destroy());
    });
    asked.pipe(passed);
    answer.on('close', () => passed.destroy());
    passed.on('error', () => answer.destroy());
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    close: () => proxy.closeAllConnections() ?? proxy.close(),
  };
}

async function passLater(
  response: IncomingMessage,
  answer: ServerResponse,
  { by, pastSeconds }: { readonly by: number; readonly pastSeconds: number },
): Promise<void> {
  let rest = '';
  for await (const chunk of response.setEncoding('utf8')) {
    const blocks = (rest + String(chunk)).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (data === undefined) continue;
      const event = JSON.parse(data) as Told;
      answer.write(blockOf(later(event, event.sequence + by, pastSeconds)));
    }
  }
  answer.end();
}

function blockOf(event: Told): string {
  return `id: ${event.sequence}\nevent: ${event.kind}\ndata: ${JSON.stringify(event)}\n\n`;
}
