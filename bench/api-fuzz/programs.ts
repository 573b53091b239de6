import fc from 'fast-check';

/** Programs that run: short ones, endless ones, and such as do what they should not. */
const PROGRAMS = [
  { code: 'print(1)', language: 'python' },
  { code: 'import sys; print(sys.stdin.read())', language: 'python' },
  { code: 'import time\nwhile True: print("x", flush=True); time.sleep(0.1)', language: 'python' },
  { code: 'def (', language: 'python' },
  { code: 'b = [bytearray(10_000_000) for n in range(9)]', language: 'python' },
  { code: 'console.log(1)', language: 'javascript' },
  { code: 'exit 3', language: 'shell' },
  { command: ['true'] },
  { command: ['cat'], stdin: { open: true } },
  { command: ['sh', '-c', 'kill -9 $$'] },
  { command: ['yes'], maxOutputBytes: 10_000 },
] as const;

const OF_THE_PROGRAM = ['code', 'files', 'entry', 'command', 'language'];
/** Left to chance they would be more than the node has, or over before it begins. */
const SELDOM = ['initial', 'scaling', 'timeoutMs', 'tmpBytes', 'maxProcesses', 'maxOutputBytes'];

/** A program that runs, with some of what a body may say beside it. */
export function programs(bodies: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc
    .tuple(fc.constantFrom(...PROGRAMS), bodies, fc.boolean(), fc.integer({ min: 50, max: 2_000 }))
    .map(([program, body, isPlain, timeoutMs]) => {
      const left = isPlain ? [...OF_THE_PROGRAM, ...SELDOM] : OF_THE_PROGRAM;
      const more = Object.entries(body as object).filter(([key]) => !left.includes(key));
      return { timeoutMs, ...Object.fromEntries(more), ...program };
    });
}
