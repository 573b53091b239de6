import type { DataStructure } from '#model/complexity.ts';
import { iterationsOf } from '#analyze/features/bounds/iterations.ts';
import { argumentsOf, lastPart } from '#analyze/features/callee.ts';
import { isLoop } from '#analyze/features/loop-parts.ts';
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
  const { library } = context.survey.spec;
  const adding = context.values.deadline.collect(unit.calls, (call) =>
    call.loopDepth > 0 && library.grows.test(call.name) ? [ofCall(call, context)] : [],
  );
  return [...adding, ...storesIn(unit, context)];
}

/** Where the loops around it have a fixed count. */
export function finalBytes({ node, kind, entry, key }: Growth, context: SizeContext) {
  const rounds = roundsAround(node, context);
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
  return context.values.deadline.collect(unit.assignments, ([target, all]) => {
    const name = /^(\w+)\[[^\]]+\]$/.exec(target)?.[1];
    const [first] = name === undefined ? [] : (unit.assignments.get(name) ?? []);
    if (first?.value?.role !== 'dict' || first.value.children.length > 0) return [];
    return all.flatMap(({ node, value, target: stored }) => {
      if (!isInLoop(node)) return [];
      const key = stored.children[1];
      const entry =
        key?.text === value?.text
          ? valueBytes(key, context)
          : valueBytes(key, context) + valueBytes(value, context);
      return [{ target: name!, node, entry, kind: 'dict' as const, key }];
    });
  });
}

function isInLoop(node: SyntaxNode): boolean {
  for (
    let around = node.parent;
    around !== undefined && around.role !== 'function';
    around = around.parent
  )
    if (isLoop(around)) return true;
  return false;
}

/** How often a place runs in all, where every loop around it has a fixed count. */
function roundsAround(node: SyntaxNode, { unit, values }: SizeContext): number | undefined {
  let rounds = 1;
  for (
    let around = node.parent;
    around !== undefined && around !== unit.node;
    around = around.parent
  ) {
    if (!isLoop(around)) continue;
    const { count } = iterationsOf(around, unit, values);
    if (count === undefined) return undefined;
    rounds *= count;
  }
  return rounds;
}
