import { lstatSync, readdirSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { dirname, join } from 'node:path';
import { controlPath } from './server.ts';

/** A socket is there a moment before somebody listens on it. */
const LEAST_AGE_MS = 1000;

/** Removes the control sockets that killed controllers left: nobody listens on them any more. */
export async function removeDeadControls(runtimeFolder: string): Promise<void> {
  const folder = dirname(controlPath(runtimeFolder, 'any'));
  await Promise.all(namesIn(folder).map((name) => removeWhenDead(join(folder, name))));
}

async function removeWhenDead(path: string): Promise<void> {
  const made = lstatSync(path, { throwIfNoEntry: false });
  if (made === undefined || Date.now() - made.mtimeMs < LEAST_AGE_MS) return;
  if (!(await isHeard(path))) rmSync(path, { force: true });
}

/** Also a controller that stands still is connected to: the kernel does it. */
async function isHeard(path: string): Promise<boolean> {
  const socket = createConnection(path);
  const { promise, resolve } = Promise.withResolvers<boolean>();
  socket.once('connect', () => resolve(true));
  socket.once('error', (error) => resolve(!/ECONNREFUSED|ENOTSOCK/.test(error.message)));
  return promise.finally(() => socket.destroy());
}

/** None where no run ever took orders. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
