import type { Program } from './run-program.ts';

/** What is measured, and what is aimed at, as ratios to `--policy unlimited`. */
export type Case = {
  readonly name: string;
  readonly program: Program;
  readonly aim: { readonly timeRatio: number; readonly cpuReservedPerUsed?: number };
};

export type Sizes = { readonly growMegabytes: number; readonly cpuSeconds: number };

export function programCases({ growMegabytes, cpuSeconds }: Sizes): readonly Case[] {
  const grow = {
    script: 'grow.py',
    args: [String(growMegabytes)],
    options: ['--max-memory', growMegabytes > 1500 ? '3Gi' : '1Gi'],
  };
  return [
    { name: `grow to ${growMegabytes} MB`, program: grow, aim: { timeRatio: 1.1 } },
    ...['0.1', '0.3', '1', 'random'].map((period) => ({
      name: `alternate ${period === 'random' ? period : `${period} s / ${period} s`}`,
      program: { script: 'alternate.py', args: [String(cpuSeconds), period], options: [] },
      aim: { timeRatio: 1.05, cpuReservedPerUsed: 1.5 },
    })),
  ];
}

const DOWNLOAD_BYTES = 400e6;
const IDLE_SECONDS = 8;

/** The server listens on the host's loopback; `plain` has no such name for it and is left out. */
export function downloadCase(port: number): Case {
  const url = `http://host.limber.internal:${port}/${DOWNLOAD_BYTES}`;
  return {
    name: `download ${DOWNLOAD_BYTES / 1e6} MB`,
    program: {
      script: 'download.py',
      args: [url, String(IDLE_SECONDS)],
      options: ['--host-port', String(port)],
      timesItself: true,
    },
    aim: { timeRatio: 1.1 },
  };
}
