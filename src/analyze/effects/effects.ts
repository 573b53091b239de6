import type { DataStructure, Elsewhere, ExternalCall } from '#model/complexity.ts';
import type { Parallel } from '#analyze/features/parallelism.ts';
import type { SpaceStep } from '#analyze/features/space/space-input.ts';

/** What code does beside taking time. */
export type Effects = {
  readonly external: readonly ExternalCall[];
  readonly structures: readonly DataStructure[];
  readonly space: readonly SpaceStep[];
  readonly waits: readonly Place[];
  readonly parallelism: readonly (Place & Parallel)[];
};

export type Place = { readonly line: number; readonly elsewhere?: Elsewhere };

/** Each kind of them thinned out or moved. */
export function mapEffects(
  effects: Effects,
  change: <T extends Place>(places: readonly T[]) => readonly T[],
): Effects {
  return {
    external: change(effects.external),
    structures: change(effects.structures),
    space: change(effects.space),
    waits: change(effects.waits),
    parallelism: change(effects.parallelism),
  };
}

export const NO_EFFECTS: Effects = {
  external: [],
  structures: [],
  space: [],
  waits: [],
  parallelism: [],
};

export function isNothing({ external, structures, space, waits, parallelism }: Effects): boolean {
  return [external, structures, space, waits, parallelism].every(({ length }) => length === 0);
}

/** All of several; what one place does on several ways counts once, where the most loops are. */
export function merged(all: readonly Effects[]): Effects {
  const [first = NO_EFFECTS] = all;
  if (all.length < 2) return first;
  const deepestFirst = all
    .flatMap((each) => each.external)
    .toSorted((one, other) => other.loopDepth - one.loopDepth);
  const calls = new Map(
    deepestFirst.toReversed().map((call) => [placeOf(call, call.callee), call]),
  );
  return {
    external: [...calls.values()].toReversed(),
    structures: onceEach(
      all.flatMap((each) => each.structures),
      ({ kind }) => kind,
    ),
    space: onceEach(
      all.flatMap((each) => each.space),
      ({ what }) => what,
    ),
    waits: onceEach(
      all.flatMap((each) => each.waits),
      () => '',
    ),
    parallelism: onceEach(
      all.flatMap((each) => each.parallelism),
      ({ what }) => what,
    ),
  };
}

/** What is written in another file may come on several ways, as several copies. */
export function onceEach<T extends Place>(all: readonly T[], nameOf: (item: T) => string): T[] {
  const keyOf = (item: T) => (item.elsewhere === undefined ? item : placeOf(item, nameOf(item)));
  return [...new Map(all.map((item) => [keyOf(item), item])).values()];
}

function placeOf({ line, elsewhere }: Place, name: string): string {
  return `${elsewhere?.file ?? ''}:${elsewhere?.line ?? line}:${name}`;
}
