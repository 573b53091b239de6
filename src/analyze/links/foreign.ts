import type { Effects } from '#analyze/effects/effects.ts';
import type { Exported } from './file-links.ts';

/** What is known of other files that a file leads to. */
export type Foreign = {
  /** By the name that the file calls. */
  readonly calls: Readonly<Record<string, Exported & { readonly file: string }>>;
  /** What loading them does, and the line that leads there. */
  readonly loaded: readonly {
    readonly file: string;
    readonly line: number;
    readonly effects: Effects;
  }[];
};

export const NOTHING_FOREIGN: Foreign = { calls: {}, loaded: [] };

export function isNothingForeign({ calls, loaded }: Foreign): boolean {
  return loaded.length === 0 && Object.keys(calls).length === 0;
}
