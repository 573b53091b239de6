import { createServer, type RequestListener } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { createClient } from './client.ts';

test('a patch that is not answered in its time is sent again', async () => {
  let asked = 0;
  const { server, close } = await serve((_request, response) => {
    asked += 1;
    if (asked > 1) response.end('{"kind":"Pod"}');
  });
  const client = createClient({ server, tls: {}, headers: () => Promise.resolve({}) });
  const patch = { verb: 'PATCH', path: '/pods/one', body: {}, timeoutMs: 50 } as const;
  expect(await client.request(patch)).toEqual({ kind: 'Pod' });
  expect(asked).toBe(2);
  client.close();
  await close();
});

async function serve(listener: RequestListener) {
  const server = createServer(listener);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    server: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
