import { statSync } from 'node:fs';
import { Socket } from 'node:net';
import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Exit, OutputStreams } from '#model/instance.ts';
import type { KeptOutput } from '#model/launch.ts';
import { panicIn } from './panic.ts';
import type { Link } from './agent/link.ts';
import type { GuestEnd } from './agent/reading.ts';
import type { Machine } from './vmm/types.ts';

const LOOK_EVERY_MS = 20;
/** What a shell adds to a signal's number. */
const SIGNAL_OFFSET = 128;

/** As the runtime's interface has it; a guest may tell of a signal that does not exist. */
export function exitOf(end: GuestEnd, oomKills: number): Exit {
  const { started, exitCode, signalNumber, tmp } = end;
  const signal = signalOf(signalNumber);
  const code = signal ? SIGNAL_OFFSET + signalNumber : exitCode;
  return {
    started,
    memoryExhausted: oomKills > 0,
    tmp,
    ...(code !== undefined && { exitCode: code }),
    ...(signal && { signal }),
  };
}

function signalOf(number: number): NodeJS.Signals | undefined {
  const found = Object.entries(constants.signals).find(([, value]) => value === number);
  return found?.[0] as NodeJS.Signals | undefined;
}

/** Resolves when as much as the guest wrote is in the files, or nobody is there to write it. */
export async function whenKept(
  kept: KeptOutput,
  { stdoutBytes, stderrBytes }: GuestEnd,
  isThere: () => boolean,
): Promise<void> {
  const isWhole = () =>
    sizeOf(kept.stdoutPath) >= stdoutBytes && sizeOf(kept.stderrPath) >= stderrBytes;
  while (!isWhole() && isThere()) await sleep(LOOK_EVERY_MS);
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

export type EndParts = {
  readonly machine: Machine;
  readonly link: Link;
  readonly output: OutputStreams;
  readonly kept: KeptOutput | undefined;
  readonly monitorEnded: Promise<void>;
  readonly oomKills: () => number;
};

/**
 * How a machine's program ended: by the agent's word, or because the machine is gone. The machine
 * itself is ended when all that the program wrote has left it.
 */
export function openEnd(parts: EndParts) {
  const { machine, kept, monitorEnded, oomKills, link } = parts;
  const exited = Promise.withResolvers<Exit>();
  let isThere = true;
  let wasKilled = false;
  let isTold = false;
  let said: string | undefined;

  machine.onDown((text) => {
    said = text;
    void machine.quit();
  });
  void monitorEnded.then(() => {
    isThere = false;
    const killed = {
      started: true,
      signal: 'SIGKILL',
      exitCode: KILLED,
      memoryExhausted: false,
    } as const;
    const problem = lostBecause(said, link.warnings());
    exited.resolve(wasKilled ? killed : { ...killed, lost: problem });
  });

  return {
    exited: exited.promise,
    told(end: GuestEnd): void {
      if (isTold) return;
      isTold = true;
      void finish(end);
    },
    expectKill: () => void (wasKilled = true),
    abandon: () => exited.resolve(ABANDONED),
  };

  async function finish(end: GuestEnd): Promise<void> {
    const exit = exitOf(end, oomKills());
    if (kept) await whenKept(kept, end, () => isThere);
    exited.resolve(exit);
    await whenRead(parts.output, end, () => isThere);
    await machine.quit();
  }
}

const KILLED = 137;
const ABANDONED: Exit = { started: true, signal: 'SIGKILL', memoryExhausted: false };

function lostBecause(said: string | undefined, warnings: readonly string[]): string {
  const panic = panicIn(said);
  if (panic !== undefined) return `the kernel of the virtual machine gave up (${panic})`;
  return ['the virtual machine is gone', ...warnings.slice(-1)].join(': ');
}

/** Pipes to a reader that takes its time: what the machine has not written yet would be lost. */
async function whenRead(
  { stdout, stderr }: OutputStreams,
  { stdoutBytes, stderrBytes }: GuestEnd,
  isThere: () => boolean,
): Promise<void> {
  const isRead = () => readOf(stdout) >= stdoutBytes && readOf(stderr) >= stderrBytes;
  while (!isRead() && isThere()) await sleep(LOOK_EVERY_MS);
}

function readOf(stream: OutputStreams['stdout']): number {
  if (!(stream instanceof Socket) || stream.destroyed) return Number.POSITIVE_INFINITY;
  return stream.bytesRead;
}
