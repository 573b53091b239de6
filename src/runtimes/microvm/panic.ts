/** Of the words of a kernel, why it gave up; undefined where it did not. */
export function panicIn(said = ''): string | undefined {
  return /Kernel panic[^\r\n]*/.exec(said)?.[0];
}
