import { ALLOCATION_KEYS, type Allocation, type AllocationKey } from '#model/allocation.ts';

/** An allocation that holds from its moment to the next one's. */
export type Step = { readonly atSeconds: number; readonly allocation: Allocation };

/** A stretch of time in which one of two runs was allowed clearly more of something than the other. */
export type Difference = {
  readonly key: AllocationKey;
  readonly fromSeconds: number;
  readonly toSeconds: number;
  /** Means over the stretch. */
  readonly first: number;
  readonly second: number;
};

/** Less is the same size for all purposes. */
const CLEARLY = 0.1;

/**
 * Where two runs differ, longest times largest first.
 * Example: 1 core against 2 from 3 s to 5 s, the same otherwise → one difference of 3 to 5 s.
 */
export function differences(first: readonly Step[], second: readonly Step[]): Difference[] {
  const times = [...new Set([...first, ...second].map(({ atSeconds }) => atSeconds))].sort(
    (a, b) => a - b,
  );
  const end = Math.min(first.at(-1)?.atSeconds ?? 0, second.at(-1)?.atSeconds ?? 0);
  const until = times.filter((seconds) => seconds <= end);
  return ALLOCATION_KEYS.flatMap((key) =>
    stretches(key, until, holding(first), holding(second)),
  ).toSorted((a, b) => weight(b) - weight(a));
}

type Held = (atSeconds: number) => Allocation;

/** To be asked in the order of time. */
function holding(steps: readonly Step[]): Held {
  let index = 0;
  return (atSeconds) => {
    while (index + 1 < steps.length && steps[index + 1]!.atSeconds <= atSeconds) index++;
    return steps[index]!.allocation;
  };
}

type Open = { from: number; sign: number; first: number; second: number };

function stretches(
  key: AllocationKey,
  times: readonly number[],
  first: Held,
  second: Held,
): Difference[] {
  const found: Difference[] = [];
  let open: Open | undefined;
  const close = (to: number): void => {
    if (open === undefined || to <= open.from) return;
    const seconds = to - open.from;
    found.push({
      key,
      fromSeconds: open.from,
      toSeconds: to,
      first: open.first / seconds,
      second: open.second / seconds,
    });
  };
  for (const [index, atSeconds] of times.entries()) {
    const [a, b] = [first(atSeconds)[key], second(atSeconds)[key]];
    const sign = signOf(a, b);
    if (open?.sign !== sign) {
      close(atSeconds);
      open = sign === 0 ? undefined : { from: atSeconds, sign, first: 0, second: 0 };
    }
    const seconds = (times[index + 1] ?? atSeconds) - atSeconds;
    if (open === undefined) continue;
    open.first += a * seconds;
    open.second += b * seconds;
  }
  close(times.at(-1) ?? 0);
  return found;
}

function signOf(a: number, b: number): number {
  if (Math.abs(a - b) <= CLEARLY * Math.max(a, b)) return 0;
  return Math.sign(b - a);
}

/** Relative size times length: the resources can be told against each other. */
function weight({ first, second, fromSeconds, toSeconds }: Difference): number {
  return (Math.abs(second - first) / Math.max(first, second)) * (toSeconds - fromSeconds);
}
