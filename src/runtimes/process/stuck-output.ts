import { statSync } from 'node:fs';
import { endKeepers } from './kept-output.ts';
import { hasExited, programEnded } from './shim.ts';

const LOOK_MS = 250;
const QUIET_LOOKS = 4;

/**
 * Lets go of output that nobody in the instance can write any more, when it has been quiet for a
 * second: its pipe was handed elsewhere. Returns the end of watching.
 */
export function watchStuckOutput(input: {
  readonly stateFolder: string;
  readonly shimPid: number;
  readonly paths: readonly string[];
}): () => void {
  const { stateFolder, shimPid, paths } = input;
  let [seenBytes, quiet] = [-1, 0];
  const timer = setInterval(() => {
    if (!programEnded(stateFolder) || hasExited(stateFolder)) return;
    const bytes = paths.reduce((sum, path) => sum + sizeOf(path), 0);
    quiet = bytes === seenBytes ? quiet + 1 : 0;
    seenBytes = bytes;
    if (quiet >= QUIET_LOOKS) endKeepers(stateFolder, shimPid);
  }, LOOK_MS).unref();
  return () => clearInterval(timer);
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
