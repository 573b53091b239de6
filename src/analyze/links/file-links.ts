import type { ExternalCall } from '#model/complexity.ts';
import type { Language } from '#model/execution.ts';
import { isNothing, NO_EFFECTS, type Effects } from '#analyze/effects/effects.ts';
import type { EffectsByUnit } from '#analyze/effects/own-effects.ts';
import { reachedEffects } from '#analyze/effects/reached.ts';
import type { Cost } from '#analyze/features/bounds/cost.ts';
import type { Entry } from '#analyze/features/sites/callers.ts';
import type { Receivers } from '#analyze/features/receivers.ts';
import type { Survey, Unit } from '#analyze/features/survey.ts';
import type { Measured } from '#analyze/measure.ts';
import { lineAt } from '#analyze/syntax/node.ts';
import { leadsOf } from './leads.ts';
import { boundNames, type Bound } from './link-name.ts';

/** More steps of another file than these tell nobody more. */
const MOST_STEPS = 8;

/** What a call into a function costs and does; null for a cost that does not grow, and for nothing. */
export type Exported = {
  readonly cost: Cost | null;
  readonly effects: Effects | null;
  /** Where calls of what it gives back, or of the object that it is, go. */
  readonly gives?: ExternalCall['kind'];
};

/** What other files need to know of one: small, and the same after a trip through JSON. */
export type FileLinks = {
  readonly language: Language;
  /** Its own functions by name; null for those that nobody need know more of. */
  readonly exports: Readonly<Record<string, Exported | null>>;
  /** What loading it does. */
  readonly atLoad: Effects | null;
  /** Names that it knows from elsewhere and may pass on. */
  readonly bound: readonly Bound[];
  /** Names that it enters and does not define, with the first line that does. */
  readonly outgoing: Readonly<Record<string, number>>;
};

export function linksOf(
  measured: Measured,
  given: {
    readonly effects: EffectsByUnit;
    readonly entries: readonly Entry[];
    readonly receivers: Receivers;
  },
): FileLinks {
  const { survey, costs, deadline } = measured;
  deadline.begin('links');
  const reached = reachedEffects(measured, given.effects, given.entries);
  const exports = Object.create(null) as Record<string, Exported | null>;
  for (const unit of survey.units)
    if (unit.parent === survey.topLevel)
      exports[exportName(unit)] ??= exported(
        costs.ofUnit(unit),
        reached.ofUnit.get(unit) ?? NO_EFFECTS,
        given.receivers.kindOfReturned(unit),
      );
  for (const name of survey.topLevel.assignments.keys()) {
    const gives = /^\w+$/.test(name) ? given.receivers.kindOfGlobal(name) : undefined;
    if (gives !== undefined) exports[name] ??= { cost: null, effects: null, gives };
  }
  const outgoing = Object.create(null) as Record<string, number>;
  for (const unit of survey.units)
    for (const call of unit.calls)
      for (const { name } of leadsOf(call, measured)) outgoing[name] ??= call.node.line;
  return {
    language: survey.spec.language,
    exports,
    atLoad: isNothing(reached.atLoad) ? null : reached.atLoad,
    bound: [...boundNames(survey), ...passedOn(survey)],
    outgoing,
  };
}

function exported(cost: Cost, effects: Effects, gives: Exported['gives']): Exported | null {
  const notable = { cost: shortened(cost), effects: isNothing(effects) ? null : effects };
  if (gives !== undefined) return { ...notable, gives };
  return notable.cost === null && notable.effects === null ? null : notable;
}

function exportName({ name, className }: Unit): string {
  const own = name.replace(/^(?:module\.)?exports\./, '');
  return className === undefined ? own : `${className}.${own}`;
}

function shortened(cost: Cost): Cost | null {
  const { growth, loopDepth, steps } = cost;
  if (growth.poly === 0 && growth.log === 0 && !growth.exponential && loopDepth === 0) return null;
  return { ...cost, steps: steps.slice(0, MOST_STEPS) };
}

const FROM = /\bexport\s*(\*|\{[^}]{0,2000}\})\s*from\s*['"](\.{1,2}\/[^'"]+)['"]/g;
const DEFAULT =
  /\bexport\s+default\s+(?:async\s+)?(?:function\s*\*?\s*)?([\w$]+)?|\bmodule\.exports\s*=\s*(?:function\s*)?([\w$]+)/g;

/** JavaScript's ways to export that are no import: re-exports, and what `default` stands for. */
function passedOn({ spec, root }: Survey): Bound[] {
  if (!spec.language.endsWith('script')) return [];
  const found: Bound[] = [];
  for (const match of root.text.matchAll(FROM)) {
    const [, names = '', module = ''] = match;
    const line = lineAt(root.source, match.index);
    if (names === '*') found.push(['*', module, line]);
    else
      for (const [, name = '', local = name] of names.matchAll(/([\w$]+)(?:\s+as\s+([\w$]+))?/g))
        found.push([local, `${module}.${name}`, line]);
  }
  for (const match of root.text.matchAll(DEFAULT)) {
    const line = lineAt(root.source, match.index);
    found.push(['default', match[1] ?? match[2] ?? `(anonymous, line ${line})`, line]);
  }
  return found;
}
