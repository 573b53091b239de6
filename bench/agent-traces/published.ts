import type { Trace } from '#simulate/traces/trace.ts';
import type { Published } from './types.ts';

type Rule = (trace: Trace, index: number) => number;

/**
 * The published reference points on these runs, by the definition that gives them: at each reading a
 * limit is chosen from the readings before it and is in force at once; the interval is over when the
 * reading at its end is above it.
 */
export function publishedFigures(traces: readonly Trace[]): readonly Published[] {
  return [
    {
      rule: 'max(10 s) × 1.15',
      published: { slack: 0.186, over: 0.0099 },
      ...measure(traces, window(10, 1.15, 0)),
    },
    {
      rule: 'max(60 s) × 1.15 + 100 MB',
      published: { slack: 0.463, over: 0.0003 },
      ...measure(traces, window(60, 1.15, 100e6)),
    },
    {
      rule: 'true peak, chosen once',
      published: { slack: 0.422, over: 0 },
      ...measure(traces, peak),
    },
  ];
}

function measure(traces: readonly Trace[], limitOf: Rule) {
  let [used, reserved, over, count] = [0, 0, 0, 0];
  for (const trace of traces) {
    for (let index = 1; index < trace.readings.length; index++) {
      const [before, now] = [trace.readings[index - 1]!, trace.readings[index]!];
      const seconds = now.atSeconds - before.atSeconds;
      const limit = limitOf(trace, index);
      used += now.memoryBytes * seconds;
      reserved += limit * seconds;
      count++;
      if (now.memoryBytes > limit) over++;
    }
  }
  return { slack: 1 - used / reserved, over: over / count };
}

function window(seconds: number, factor: number, marginBytes: number): Rule {
  return ({ readings }, index) => {
    const now = readings[index - 1]!.atSeconds;
    let most = 0;
    for (let at = index - 1; at >= 0 && now - readings[at]!.atSeconds <= seconds; at--)
      most = Math.max(most, readings[at]!.memoryBytes);
    return most * factor + marginBytes;
  };
}

const peak: Rule = ({ readings }) => Math.max(...readings.map(({ memoryBytes }) => memoryBytes));
