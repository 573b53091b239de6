import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { LimberError } from '#model/errors.ts';
import { isAlive, ownController, type ControllerProcess } from '#record/controller-process.ts';

const FILE = 'server.json';
const ATTEMPTS = 3;

/**
 * One server for one home: throws `server-running` while another has it. Returns the way to give it
 * back; of a server that was killed it is taken over.
 */
export function lockHome(home: string): () => void {
  const path = join(home, FILE);
  mkdirSync(home, { recursive: true, mode: 0o700 });
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (tryLock(path)) return () => rmSync(path, { force: true });
    const owner = readOwner(path);
    if (owner && isAlive(owner))
      throw new LimberError('server-running', { home, pid: owner.controllerPid });
    rmSync(path, { force: true });
  }
  throw new LimberError('server-running', { home, pid: 'unknown' });
}

function tryLock(path: string): boolean {
  try {
    const descriptor = openSync(path, 'wx', 0o600);
    writeSync(descriptor, JSON.stringify(ownController()));
    closeSync(descriptor);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Undefined when it is gone, or was killed while writing it. */
function readOwner(path: string): ControllerProcess | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as ControllerProcess;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT')
      return undefined;
    throw error;
  }
}
