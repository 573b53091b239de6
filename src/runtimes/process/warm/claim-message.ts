import type { LaunchSpec } from '#model/launch.ts';

/** A pipe takes 64 KiB at once (pipe(7)); the interpreter has begun to read none of it. */
export const LONGEST_MESSAGE_BYTES = 60 * 1024;
const LENGTH_DIGITS = 10;

/**
 * What an interpreter that waits is told: the length of the rest in ten digits, the number of
 * arguments, the arguments, names and values of the environment in turn, each ended by NUL.
 * Example: `0000000009` `1\0-v\0A\0b\0`.
 */
export function claimMessage({ argv, env, script }: LaunchSpec): Buffer {
  const args = argv.slice(script?.words ?? argv.length);
  const texts = [String(args.length), ...args, ...Object.entries(env).flat()];
  const body = Buffer.from(texts.map((text) => `${text}\0`).join(''));
  return Buffer.concat([Buffer.from(String(body.length).padStart(LENGTH_DIGITS, '0')), body]);
}
