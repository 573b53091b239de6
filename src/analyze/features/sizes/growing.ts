import type { DataStructure } from '#model/complexity.ts';
import { elementsGiven } from '#analyze/features/bounds/closure-rounds.ts';
import { iterationsOf } from '#analyze/features/bounds/iterations.ts';
import { argumentsOf, lastPart } from '#analyze/features/callee.ts';
import { keyedName, placesFilling } from '#analyze/features/filling.ts';
import { assignmentsTo } from '#analyze/features/receivers.ts';
import { repetitionsAround } from '#analyze/features/repeated.ts';
import type { Call, Unit } from '#analyze/features/survey.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';
import { distinctValues } from './distinct-values.ts';
import { wholeBytes, type TableKind } from './memory-model.ts';
import type { SizeContext } from './size-context.ts';
import { valueBytes } from './value-bytes.ts';

/** One place that adds to a container each time: `entry` bytes beside its slots. */
export type Growth = {
  readonly target: string;
  readonly node: SyntaxNode;
  readonly entry: number;
  readonly kind: TableKind;
  /** What it is stored under, where that replaces what was there. */
  readonly key?: SyntaxNode | undefined;
};

const KEYED = /^(put|set|setdefault|putIfAbsent)$/;
const UNIQUE = /^(add|insert)$/;

/** What is added to containers inside loops; of loops with a fixed count, with its final size. */
export function growingStructures(unit: Unit, context: SizeContext): DataStructure[] {
  return context.values.deadline.collect(growthsIn(unit, context), (growth) => {
    const bytes = finalBytes(growth, context);
    const place = { kind: growth.target, line: growth.node.line, grows: true };
    return [bytes === undefined ? place : { ...place, bytes }];
  });
}

export function growthsIn(unit: Unit, context: SizeContext): Growth[] {
  if (unit.adding.length === 0 && unit.stored.length === 0) return [];
  const adding = context.values.deadline.collect(unit.adding, (call) =>
    repetitionsAround(call) > 0 ? [ofCall(call, context)] : [],
  );
  return [...adding, ...storesIn(unit, context)].filter(
    (growth) => placesFilling({ ...growth, unit }).length > 0,
  );
}

/** Where the loops around it have a fixed count. */
export function finalBytes(growth: Growth, context: SizeContext): number | undefined {
  const { kind, entry, key } = growth;
  const rounds = roundsOf(growth, context);
  if (rounds === undefined) return undefined;
  const distinct = key === undefined ? undefined : distinctValues(key, context);
  const count = Math.min(rounds, distinct ?? Number.POSITIVE_INFINITY);
  return wholeBytes(context.survey.spec.memory.table(kind, count) + count * entry);
}

function ofCall(call: Call, context: SizeContext): Growth {
  const method = lastPart(call.name);
  const target = call.name.slice(0, Math.max(0, call.name.lastIndexOf('.'))) || call.name;
  const given = argumentsOf(call.node);
  const entry =
    KEYED.test(method) && given[0]?.text === given[1]?.text
      ? valueBytes(given[0], context)
      : given.reduce((sum, each) => sum + valueBytes(each, context), 0);
  const kind = KEYED.test(method)
    ? 'dict'
    : UNIQUE.test(method) && !isListLike(target, context)
      ? 'set'
      : 'list';
  return { target, node: call.node, entry, kind, ...(kind !== 'list' && { key: given[0] }) };
}

/** In Java, `add` appends to lists as well. */
function isListLike(target: string, { unit }: SizeContext): boolean {
  return (
    (unit.assignments.get(target) ?? []).some(({ value }) =>
      /List|Vector|Deque|Queue/.test(value?.text ?? ''),
    ) || /List|Vector|Deque/.test(unit.types.get(target) ?? '')
  );
}

/** `table[i] = …` on something that starts as an empty dictionary. */
function storesIn(unit: Unit, context: SizeContext): Growth[] {
  return context.values.deadline.collect(unit.stored, (target) => {
    const name = keyedName(target);
    const [first] = name === undefined ? [] : assignmentsTo(name, unit);
    if (!isTable(first?.value, context) || first!.value!.children.length > 0) return [];
    return unit.assignments.get(target)!.map(({ node, value, target: stored }) => {
      const key = stored.children[1];
      const entry =
        key?.text === value?.text
          ? valueBytes(key, context)
          : valueBytes(key, context) + valueBytes(value, context);
      return { target: name!, node, entry, kind: 'dict' as const, key };
    });
  });
}

/** PHP's arrays are tables, too. */
function isTable(value: SyntaxNode | undefined, { survey }: SizeContext): boolean {
  return value?.role === 'dict' || (value?.role === 'list' && survey.spec.language === 'php');
}

/** How often a place runs in all, where every loop around it has a fixed count. */
function roundsOf({ target, node }: Growth, context: SizeContext): number | undefined {
  let rounds = 1;
  for (const { place, unit } of placesFilling({ target, node, unit: context.unit })) {
    const { count } = iterationsOf(place, unit, context.values);
    const known = count ?? (place.role === 'closure' ? lengthAround(place, context) : undefined);
    if (known === undefined) return undefined;
    rounds *= known;
  }
  return rounds;
}

/** `Array.from({ length: 1000 }).forEach(…)`: what the elements of are gone through. */
function lengthAround(closure: SyntaxNode, context: SizeContext): number | undefined {
  return context.sizeOf(elementsGiven(closure), context)?.count;
}
