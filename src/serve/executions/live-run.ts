import type { Endings } from '#loop/endings.ts';
import type { Managed } from '#loop/managed.ts';
import type { WatchedRun } from '#loop/run-execution.ts';
import { Outlooks } from '#predict/outlook.ts';
import type { Instance } from '#model/instance.ts';

/** One execution that is being started or runs. `instance` and the rest are there once it runs. */
export type LiveRun = {
  readonly id: string;
  readonly tenant: string;
  readonly run: WatchedRun;
  /** Learned from what this server has seen of it. */
  readonly outlooks: Outlooks;
  running?: {
    readonly instance: Instance;
    readonly endings: Endings;
    readonly managed: Managed;
  };
  /** It was cancelled while it was being started. */
  cancelled: boolean;
};

export function newLiveRun(given: Pick<LiveRun, 'id' | 'tenant' | 'run'>): LiveRun {
  return { ...given, outlooks: new Outlooks(), cancelled: false };
}
