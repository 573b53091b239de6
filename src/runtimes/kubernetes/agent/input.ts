import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import type { InstanceInput } from '#model/instance.ts';
import type { LaunchSpec } from '#model/launch.ts';
import type { Client } from '../api/client.ts';
import type { ExecTarget } from '../api/exec.ts';
import { runInPod } from '../api/run-command.ts';

const PIPE = '/run/limber/input';
const HOLDER = '/run/limber-kept/input-holder';
/** Opening a pipe that nobody reads waits: it is only tried while the program runs. */
const TAKE = `exec cat >${PIPE}`;
const END = `kill "$(cat ${HOLDER})"`;

type Keeper = Omit<ExecTarget, 'command'>;

/** The way to the program's standard input that stays open until it is said to be over. */
export function openInput(client: Client, keeper: Keeper, hasEnded: () => boolean): InstanceInput {
  const run = (script: string, input?: Iterable<Buffer>) =>
    runInPod(client, { ...keeper, command: ['sh', '-c', script] }, input ? { input } : {});
  return {
    async write(bytes) {
      if (hasEnded()) return false;
      try {
        const { exitCode } = await run(TAKE, [Buffer.from(bytes)]);
        return exitCode === 0;
      } catch (error) {
        if (hasEnded()) return false;
        throw error;
      }
    },
    async end() {
      if (!hasEnded()) await run(END);
    },
  };
}

/** Hands a file, or Limber's own input, to the program, and ends it there. Returns the end of it. */
export function passInput(
  client: Client,
  keeper: Keeper,
  stdin: Exclude<LaunchSpec['stdin'], 'ignore' | 'open'>,
): () => void {
  const source: Readable = stdin === 'inherit' ? process.stdin : createReadStream(stdin.path);
  void runInPod(
    client,
    { ...keeper, command: ['sh', '-c', `${TAKE.slice(5)}; ${END}`] },
    { input: source },
  )
    // A program that has ended, or whose pod is gone, reads no more.
    .catch(() => undefined);
  return () => void source.destroy();
}
