import type { SyntaxNode } from '#analyze/syntax/node.ts';
import { argumentsOf, lastPart } from '#analyze/features/callee.ts';
import { lookup } from '#analyze/features/lookup.ts';
import type { Call, Survey, Unit } from '#analyze/features/survey.ts';
import { CONSTANT, LINEAR, LOG, growthOf, times, type Growth } from './growth.ts';
import type { Values } from './values.ts';

const ORDERED =
  /(Tree(Map|Set)|PriorityQueue|priority_queue|SortedList|SortedDict|BTree(Map|Set)|BinaryHeap|ConcurrentSkipList)/;
const ORDERED_OPERATIONS =
  /^(add|put|get|remove|poll|offer|contains|containsKey|insert|erase|push|pop|discard|bisect\w*|merge|getOrDefault|first|last|floor|ceiling|higher|lower)$/;

/** What a library call costs: of constant size nothing, in an ordered container a logarithm. */
export function libraryGrowth(
  call: Call,
  unit: Unit,
  { spec, units }: Survey,
  values: Values,
): Growth {
  const last = lastPart(call.name);
  if (/^pow$|modPow|powmod/i.test(last) && argumentsOf(call.node).length === 3) return LOG;
  const cost = lookup(spec.library.costs, call.name) ?? lookup(spec.library.costs, `.${last}`);
  if (ORDERED_OPERATIONS.test(last) && isOrdered(call, units)) return LOG;
  if (cost === undefined || cost === 'constant') return CONSTANT;
  if (isUnpacked(call.node) || isSmall(call, unit, values)) return CONSTANT;
  return growthOf(cost);
}

/** `a, b = map(int, input().split())` reads two numbers, however long lines may be. */
function isUnpacked(node: SyntaxNode): boolean {
  let outer: SyntaxNode | undefined = node;
  while (
    outer !== undefined &&
    (outer.role === 'call' ||
      outer.role === 'member' ||
      outer.role === 'comprehension' ||
      outer.role === 'generator' ||
      outer.role === 'comprehensionFor')
  )
    outer = outer.parent;
  const target = outer?.role === 'assign' ? outer.child('left') : undefined;
  return target?.role === 'tuple' && target.children.every((child) => child.role !== 'spread');
}

/** Arguments of known size, or several scalars: `max(a, b)`, `sum([1, 2])`. */
function isSmall(call: Call, unit: Unit, values: Values): boolean {
  const given = argumentsOf(call.node);
  if (given.length > 1 && /^(min|max)$/i.test(lastPart(call.name)))
    return given.every((each) => each.role !== 'spread');
  const [first] = given;
  if (call.name.includes('.') && !/^[A-Z]/.test(call.name)) return false;
  return first !== undefined && values.of(first, unit).constant !== undefined;
}

function isOrdered(call: Call, units: readonly Unit[]): boolean {
  const receiver = call.name.slice(0, call.name.lastIndexOf('.'));
  return units.some((unit) =>
    (unit.assignments.get(receiver) ?? []).some(
      ({ value }) => value !== undefined && ORDERED.test(value.text.slice(0, 80)),
    ),
  );
}

/** Operators with a loop inside: membership in a sequence and copies by slicing. */
export function libraryOperation(
  node: SyntaxNode,
  unit: Unit,
  values: Values,
  survey: Survey,
): Growth {
  if (survey.spec.language !== 'python') return CONSTANT;
  if (node.role === 'compare' && /\bin$/.test(node.operator))
    return membership(node.children.at(-1), unit);
  if (node.role === 'slice' && node.parent?.role === 'index') return sliced(node, unit, values);
  return CONSTANT;
}

function membership(container: SyntaxNode | undefined, unit: Unit): Growth {
  if (container?.role !== 'name') return CONSTANT;
  for (let scope: Unit | undefined = unit; scope !== undefined; scope = scope.parent) {
    const assigned = scope.assignments.get(container.text);
    if (assigned === undefined) continue;
    return assigned.some(({ value }) => value !== undefined && isSequence(value))
      ? LINEAR
      : CONSTANT;
  }
  return CONSTANT;
}

function isSequence(value: SyntaxNode): boolean {
  if (value.role === 'list' && value.children.length === 0) return true;
  if (value.role === 'comprehension') return value.type === 'list_comprehension';
  return value.role === 'call' && /^(list|sorted)\(|\.split\(|^input\(\)/.test(value.text);
}

function sliced(node: SyntaxNode, unit: Unit, values: Values): Growth {
  if (
    node.children.length === 0 ||
    node.children.every((child) => values.of(child, unit).constant !== undefined)
  )
    return CONSTANT;
  return times(LINEAR, CONSTANT);
}
