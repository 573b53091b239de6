import type { LanguageSpec } from '#analyze/languages/language-spec.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';
import { loopsAround } from './loops-around.ts';
import { assignmentsTo } from './receivers.ts';
import { placesAround, type Repeating } from './repeated.ts';
import type { Unit } from './survey.ts';

/** Generated code assigns and adds thousands of times: each addition looks at this many. */
const MOST_ASSIGNMENTS = 32;

/** What a place adds to: `rows` of `rows[i].push(x)`, `self.rows` of `self.rows.append(x)`. */
export type Filling = {
  readonly target: string;
  readonly node: SyntaxNode;
  readonly unit: Unit;
};

/**
 * What repeats an addition before its container is made anew, inner ones first: loops, and closures
 * that run once per element.
 */
export function placesFilling({ target, node, unit }: Filling): readonly Repeating[] {
  const places = placesAround(node, unit);
  if (places.length === 0) return places;
  const made = assignmentsTo(target.replace(/[[.].*$/s, ''), unit)
    .filter((each) => each.node.role === 'assign' && each.value?.role !== 'call')
    .slice(0, MOST_ASSIGNMENTS)
    .map((each) => ({ at: each.node, around: new Set(loopsAround(each.node, unit)) }));
  const end = places.findIndex(({ place }) =>
    made.some(({ at, around }) =>
      place.role === 'closure' ? place.start <= at.start && at.end <= place.end : around.has(place),
    ),
  );
  return end === -1 ? places : places.slice(0, end);
}

const KEYED =
  /^(dict|\w*Map|defaultdict|collections\.(defaultdict|Counter|OrderedDict)|Counter|Hash|make\(map)\b/;
const LONGEST_HEAD = 60;

/** Whether a key that is set adds to a value: PHP's arrays are tables, too. */
export function isKeyed(value: SyntaxNode | undefined, { language }: LanguageSpec): boolean {
  return (
    value?.role === 'dict' ||
    (value?.role === 'list' && language === 'php') ||
    KEYED.test(value?.text.slice(0, LONGEST_HEAD) ?? '')
  );
}

/** `table` of `table[key]`, `$table` of `$table[$key]`. */
export function keyedName(target: string): string | undefined {
  return /^([$@]?\w+)\[[^\]]+\]$/.exec(target)?.[1];
}
