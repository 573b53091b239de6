import type { Language } from '#model/execution.ts';
import type { Cost } from '#analyze/features/bounds/cost.ts';
import type { Survey, Unit } from '#analyze/features/survey.ts';
import type { Measured } from '#analyze/measure.ts';
import { lineAt } from '#analyze/syntax/node.ts';
import { boundNames, linkName } from './link-name.ts';

/** More steps of another file than these tell nobody more. */
const MOST_STEPS = 8;

/** What other files need to know of one: small, and the same after a trip through JSON. */
export type FileLinks = {
  readonly language: Language;
  /** Costs of its own functions by name; null for those that cost nothing that grows. */
  readonly exports: Readonly<Record<string, Cost | null>>;
  /** Names that it knows from elsewhere and may pass on: `[local, qualified]`. */
  readonly bound: readonly (readonly [string, string])[];
  /** Names that it calls and does not define. */
  readonly outgoing: readonly string[];
};

export function linksOf({ survey, graph, costs }: Measured): FileLinks {
  const exports: Record<string, Cost | null> = Object.create(null) as Record<string, Cost | null>;
  for (const unit of survey.units)
    if (unit.parent === survey.topLevel)
      exports[exportName(unit)] ??= shortened(costs.ofUnit(unit));
  const outgoing = new Set<string>();
  for (const unit of survey.units)
    for (const call of unit.calls)
      if (!graph.targetOf.has(call)) outgoing.add(linkName(call, survey));
  const { language } = survey.spec;
  return {
    language,
    exports,
    bound: [...boundNames(survey), ...passedOn(survey)],
    outgoing: [...outgoing],
  };
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
function passedOn({ spec, root }: Survey): (readonly [string, string])[] {
  if (!spec.language.endsWith('script')) return [];
  const found: (readonly [string, string])[] = [];
  for (const [, names = '', module = ''] of root.text.matchAll(FROM)) {
    if (names === '*') found.push(['*', module]);
    else
      for (const [, name = '', local = name] of names.matchAll(/([\w$]+)(?:\s+as\s+([\w$]+))?/g))
        found.push([local, `${module}.${name}`]);
  }
  for (const match of root.text.matchAll(DEFAULT)) {
    const line = lineAt(root.source, match.index);
    found.push(['default', match[1] ?? match[2] ?? `(anonymous, line ${line})`]);
  }
  return found;
}
