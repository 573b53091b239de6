import type { Elsewhere } from '#model/complexity.ts';
import { mapEffects, merged, type Effects, type Place } from '#analyze/effects/effects.ts';
import type { EffectsByUnit } from '#analyze/effects/own-effects.ts';
import { Concurrency } from '#analyze/features/concurrency.ts';
import { loopAround } from '#analyze/features/loops-around.ts';
import type { Call, Survey, Unit } from '#analyze/features/survey.ts';
import type { Measured } from '#analyze/measure.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';
import { isNothingForeign, type Foreign } from './foreign.ts';
import { leadsOf } from './leads.ts';

/** What a place brings into the program from another file. */
export type Brought = { readonly unit: Unit; readonly node: SyntaxNode; readonly effects: Effects };

/** By call and by import; each effect with the line here that leads to it. */
export function broughtInto(
  { survey, graph, deadline }: Measured,
  foreign: Foreign,
  file: string | undefined,
): Brought[] {
  if (isNothingForeign(foreign)) return [];
  const concurrency = new Concurrency(survey, graph, deadline);
  const { topLevel } = survey;
  const byLoading = foreign.loaded.map((loaded) => {
    const node = loadingNode(survey, loaded.line);
    const effects = carried(loaded.effects, { ...loaded, loopDepth: 0, isParallel: false });
    return { unit: topLevel, node, effects };
  });
  const byCalls = deadline.collect(survey.units, (unit) =>
    unit.calls.flatMap((call) =>
      leadsOf(call, { survey, graph }).flatMap((lead) => {
        const known = Object.hasOwn(foreign.calls, lead.name) && foreign.calls[lead.name];
        if (!known || known.effects === null) return [];
        const way = wayOf(lead.call, known.file, concurrency);
        return [{ unit, node: lead.call.node, effects: carried(known.effects, way) }];
      }),
    ),
  );
  return [...byLoading, ...byCalls].map((each) => ({ ...each, effects: not(file, each.effects) }));
}

/** What is written in a unit, and what it brings from other files. */
export function withBrought(own: EffectsByUnit, brought: readonly Brought[]): EffectsByUnit {
  if (brought.length === 0) return own;
  const all = new Map(own);
  for (const { unit, effects } of brought) {
    const known = all.get(unit);
    all.set(unit, known === undefined ? effects : joined(known, effects));
  }
  return all;
}

/** Each call out counts, each structure once: it is the same one. */
function joined(one: Effects, other: Effects): Effects {
  return { ...merged([one, other]), external: [...one.external, ...other.external] };
}

type Way = {
  readonly file: string;
  readonly line: number;
  readonly loopDepth: number;
  readonly loopLine?: number;
  readonly isParallel: boolean;
};

function wayOf(call: Call, file: string, concurrency: Concurrency): Way {
  const loop = loopAround(call);
  return {
    file,
    line: call.node.line,
    loopDepth: call.loopDepth,
    ...(loop === undefined ? {} : { loopLine: loop.line }),
    isParallel: concurrency.isParallel(call),
  };
}

function carried(effects: Effects, way: Way): Effects {
  const { external, ...rest } = mapEffects(effects, (places) =>
    places.map((place) => ({ ...place, line: way.line, elsewhere: elsewhereOf(place, way.file) })),
  );
  return {
    ...rest,
    external: external.map(({ loopLine: _there, ...each }) => ({
      ...each,
      loopDepth: each.loopDepth + way.loopDepth,
      ...(way.loopLine === undefined ? {} : { loopLine: way.loopLine }),
      awaited: way.isParallel ? 'parallel' : each.awaited,
    })),
  };
}

function elsewhereOf({ elsewhere, line, loopLine }: Placed, file: string): Elsewhere {
  return elsewhere ?? { file, line, ...(loopLine === undefined ? {} : { loopLine }) };
}

type Placed = Place & { readonly loopLine?: number };

/** Through a circle of files, what is written here comes back: it counts already. */
function not(file: string | undefined, effects: Effects): Effects {
  return mapEffects(effects, (places) =>
    places.filter(({ elsewhere }) => elsewhere?.file !== file),
  );
}

/** The import in that line, or the first call that leads into the file. */
function loadingNode({ importedAt, topLevel, root }: Survey, line: number): SyntaxNode {
  const nodes = [...importedAt.values(), ...topLevel.calls.map(({ node }) => node)];
  return nodes.find((node) => node.line === line) ?? root;
}
