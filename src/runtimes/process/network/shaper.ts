import { setTimeout as delay } from 'node:timers/promises';
import type { KeptTc, Question } from './kept-tc.ts';
import { tbfBitsPerSecond, tbfCommand, tbfFor, type TbfReading } from './tbf.ts';

const ANSWER_DEADLINE_MS = 5000;

/** stderr is another pipe than stdout: what explains a failed change may arrive a moment later. */
const COMPLAINT_GRACE_MS = 20;

export type Shaper = {
  /** Changes the rate and returns the one that the kernel reports; throws when it is another. */
  readonly setRate: (bitsPerSecond: number) => Promise<number>;
  readonly readRate: () => Promise<number>;
  /** As last read back. */
  readonly bitsPerSecond: () => number;
  readonly poll: () => void;
};

export type ShaperOptions = {
  readonly tc: KeptTc;
  readonly device: string;
  readonly handle: string;
  readonly onBacklog: (bytes: number) => void;
};

/** The token bucket at the transmitting end of one direction. */
export function createShaper({ tc, device, handle, onBacklog }: ShaperOptions): Shaper {
  let bitsPerSecond = NaN;
  let polling = false;

  function note(reading: TbfReading | undefined): void {
    polling = false;
    bitsPerSecond = reading?.bitsPerSecond ?? Infinity;
    onBacklog(reading?.backlogBytes ?? 0);
  }

  // One question object for all polls, and never two on their way.
  const pollQuestion: Question = {
    device,
    handle,
    answered: note,
    failed: () => (polling = false),
  };

  async function ask(change?: string): Promise<{ reading: TbfReading | undefined; line: number }> {
    const { promise, resolve, reject } = Promise.withResolvers<TbfReading | undefined>();
    const failed = (problem: string) => reject(new Error(`tc: ${problem}`));
    const deadline = setTimeout(failed, ANSWER_DEADLINE_MS, 'no answer');
    const line = tc.ask({
      device,
      handle,
      answered: resolve,
      failed,
      ...(change ? { change } : {}),
    });
    const reading = await promise.finally(() => clearTimeout(deadline));
    note(reading);
    return { reading, line };
  }

  return {
    setRate: async (wantedBitsPerSecond) => {
      const tbf = tbfFor(wantedBitsPerSecond);
      const { reading, line } = await ask(tbfCommand(device, handle, tbf));
      const got = reading?.bitsPerSecond;
      if (got === tbfBitsPerSecond(tbf.rateBytesPerSecond)) return got;
      await delay(COMPLAINT_GRACE_MS);
      throw new Error(`tc: ${tc.problemOf(line) ?? `${device} reports ${got ?? 'no'} bit/s`}`);
    },
    readRate: async () => (await ask()).reading?.bitsPerSecond ?? Infinity,
    bitsPerSecond: () => bitsPerSecond,
    poll: () => {
      if (polling) return;
      polling = true;
      tc.ask(pollQuestion);
    },
  };
}
