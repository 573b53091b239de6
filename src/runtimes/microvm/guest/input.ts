import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import type { InstanceInput } from '#model/instance.ts';
import type { LaunchSpec } from '#model/launch.ts';
import type { Link } from '../agent/link.ts';

/** One frame waits for the program at a time, so this bounds what a guest holds of it. */
const PIECE_BYTES = 4096;

export type GuestInput = InstanceInput & {
  /** Hands on a file, or Limber's own input, and ends it. Returns the end of it. */
  readonly pass: (stdin: LaunchSpec['stdin'] | undefined) => () => void;
};

/** The way to the program's standard input. What is written comes in order, one piece at a time. */
export function openInput(link: Link, hasEnded: () => boolean): GuestInput {
  let last: Promise<unknown> = Promise.resolve();

  async function give(bytes: Uint8Array): Promise<boolean> {
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
      if (hasEnded()) return false;
      const piece = Buffer.from(bytes.subarray(at, at + PIECE_BYTES));
      if (!(await link.give(piece))) return false;
    }
    return !hasEnded();
  }

  const inOrder = <T>(work: () => Promise<T> | T): Promise<T> => {
    const next = last.then(work);
    last = next.catch(() => undefined);
    return next;
  };
  const end = () => inOrder(() => (hasEnded() ? undefined : link.say('E')));

  return {
    write: (bytes) => inOrder(() => give(bytes)),
    end,
    pass(stdin) {
      if (stdin === undefined || stdin === 'ignore' || stdin === 'open') return () => {};
      const source: Readable = stdin === 'inherit' ? process.stdin : createReadStream(stdin.path);
      const take = async (): Promise<void> => {
        for await (const chunk of source) if (!(await inOrder(() => give(chunk as Buffer)))) return;
        await end();
      };
      // Whoever reads no more has ended, or its machine is gone.
      take().catch(() => undefined);
      return () => void source.destroy();
    },
  };
}
