/**
 * The same function, which remembers each answer for `keptMs`: for what is asked many times a second
 * and hardly ever changes. Of `MOST` arguments; what is beyond is forgotten.
 */
export function lately<Result>(
  keptMs: number,
  find: (argument: string) => Result,
  clock: () => number = () => performance.now(),
): (argument: string) => Result {
  const answers = new Map<string, { readonly result: Result; readonly untilMs: number }>();
  return (argument) => {
    const known = answers.get(argument);
    const nowMs = clock();
    if (known && nowMs < known.untilMs) return known.result;
    if (answers.size >= MOST) answers.clear();
    const result = find(argument);
    answers.set(argument, { result, untilMs: nowMs + keptMs });
    return result;
  };
}

const MOST = 64;
