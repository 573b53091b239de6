import type { ProbeLook } from './probe.ts';

/** A look that shows nothing; tests put into it what they are about. */
export function unseenLook(): ProbeLook {
  return {
    kind: 'at',
    pid: 1,
    atSeconds: 0,
    state: 'running',
    stack: [],
    depth: 1,
    recursion: [],
    containers: [],
    loops: [],
    values: [],
    calls: [],
    runtime: {},
    tookUsec: 200,
  };
}
