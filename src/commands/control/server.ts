import { mkdirSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import type { ControlAnswer, ControlRequest } from '#model/control.ts';
import { parseRequest } from './parse.ts';

const LONGEST_LINE = 64 * 1024;

/** In the runtime folder, which belongs to the user alone: who may open it may do all that a run may. */
export function controlPath(runtimeFolder: string, id: string): string {
  return join(runtimeFolder, 'control', id);
}

/**
 * Where a running run takes orders: one line of JSON each way. It is a comfort; where the socket
 * cannot be had the run goes on without. Returns what takes it away.
 */
export function openControl(
  path: string,
  obey: (request: ControlRequest) => ControlAnswer,
  warn: (problem: string) => void,
): () => void {
  mkdirSync(join(path, '..'), { recursive: true, mode: 0o700 });
  rmSync(path, { force: true });
  const server = createServer((socket) => serve(socket, obey));
  server.on('error', (error) => warn(error.message));
  server.listen(path).unref();
  return () => {
    server.close();
    rmSync(path, { force: true });
  };
}

function serve(socket: Socket, obey: (request: ControlRequest) => ControlAnswer): void {
  let heard = '';
  socket.setEncoding('utf8').unref();
  socket.on('error', () => socket.destroy());
  socket.on('data', (text: string) => {
    heard += text;
    if (heard.length > LONGEST_LINE) return void socket.destroy();
    const end = heard.indexOf('\n');
    if (end < 0) return;
    socket.end(`${JSON.stringify(answer(heard.slice(0, end), obey))}\n`);
    heard = '';
  });
}

function answer(line: string, obey: (request: ControlRequest) => ControlAnswer): ControlAnswer {
  const request = parseRequest(line);
  return request ? obey(request) : { accepted: false, text: 'not a request that this run knows' };
}
