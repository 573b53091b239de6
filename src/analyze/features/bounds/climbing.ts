import type { SyntaxNode } from '#analyze/syntax/node.ts';
import type { Unit } from '#analyze/features/survey.ts';
import { plain } from './scaled-round.ts';

const LONGEST = 200;
/** A root is its own parent. */
const BELOW_ROOT =
  /^\(*([\w.>-]+)\[(\w+)\]\s*!==?\s*(\w+)\)*$|^\(*(\w+)\s*!==?\s*([\w.>-]+)\[(\w+)\]\)*$/;

/**
 * `while parent[x] != x: parent[x] = parent[parent[x]]; x = parent[x]`: up a path to a root that is
 * shortened on the way, as sets that are joined do it. Paths stay as short as log n.
 */
export function isClimbing(condition: SyntaxNode, unit: Unit): boolean {
  const found = BELOW_ROOT.exec(plain(condition.text.slice(0, LONGEST)));
  if (found === null) return false;
  const table = found[1] ?? found[5]!;
  const place = found[2] ?? found[6]!;
  const root = found[3] ?? found[4]!;
  const climbs = (name: string) =>
    valuesOf(name, unit).some((text) => text.startsWith(`${table}[`));
  const isShortening = (target: string) =>
    target.startsWith(`${table}[`) &&
    valuesOf(target, unit).some((text) => text.startsWith(`${table}[`) || climbs(text));
  return climbs(place) && (root === place || climbs(root)) && unit.stored.some(isShortening);
}

function valuesOf(name: string, { assignments }: Unit): string[] {
  return (assignments.get(name) ?? []).map(({ value }) => valueOf(value));
}

/** `parent[x]` of `x = parent[x] = parent[parent[x]]`. */
function valueOf(value: SyntaxNode | undefined): string {
  const inner = value?.role === 'assign' ? (value.child('right') ?? value) : value;
  return inner?.text.slice(0, LONGEST) ?? '';
}
