import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const CHUNK = Buffer.alloc(256 * 1024, 'limber');

/** Serves `/BYTES` on the loopback. Lifecycle: start → close. */
export async function startFileServer() {
  const server = createServer((request, response) => {
    let left = Number(request.url?.slice(1) ?? 0);
    response.writeHead(200, { 'content-length': left });
    const send = (): void => {
      while (left > 0) {
        const chunk = left < CHUNK.length ? CHUNK.subarray(0, left) : CHUNK;
        left -= chunk.length;
        if (!response.write(chunk)) return void response.once('drain', send);
      }
      response.end();
    };
    send();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    port: (server.address() as AddressInfo).port,
    close: () => void server.close(),
  };
}
