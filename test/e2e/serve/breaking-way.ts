import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export type BreakingWay = Disposable & {
  readonly url: string;
  readonly breaks: () => number;
};

/** A way to a server whose connections break after so many bytes of answers, each time. */
export async function breakingWay(to: string, afterBytes: number): Promise<BreakingWay> {
  const { port } = new URL(to);
  const open = new Set<Socket>();
  let breaks = 0;
  const server = createServer((inner) => {
    const outer = connect(Number(port), '127.0.0.1');
    for (const socket of [inner, outer]) {
      open.add(socket);
      socket.on('error', () => {}).on('close', () => open.delete(socket));
    }
    let bytes = 0;
    inner.on('data', (chunk) => outer.write(chunk)).on('close', () => outer.destroy());
    outer.on('end', () => inner.end());
    outer.on('data', (chunk: Buffer) => {
      inner.write(chunk);
      bytes += chunk.length;
      if (bytes < afterBytes) return;
      breaks++;
      inner.destroy();
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    breaks: () => breaks,
    [Symbol.dispose]() {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
}
