import type { DataStructure } from '#model/complexity.ts';
import type { Values } from './bounds/values.ts';
import { growingStructures } from './sizes/growing.ts';
import type { Size } from './sizes/allocator.ts';
import { wholeBytes } from './sizes/memory-model.ts';
import type { SizeContext } from './sizes/size-context.ts';
import { sizeContext, sizeOf } from './sizes/size-of.ts';
import type { Role, SyntaxNode } from '#analyze/syntax/node.ts';
import type { Assignment, Survey, Unit } from './survey.ts';

const MAKING: ReadonlySet<Role> = new Set(['call', 'new', 'binary']);
const CONTAINERS = new Set(['list', 'dict', 'set', 'comprehension', 'array']);
/** Smaller texts are messages, smaller results a few values: not data. */
const LEAST_BYTES = 1024;

/** Literals, repetitions and allocations with their evaluated sizes, and what grows inside loops. */
export function dataStructures(unit: Unit, survey: Survey, values: Values): DataStructure[] {
  const context = sizeContext({ survey, values, unit });
  const found = assignedStructures(unit, context);
  found.push(...unnamedStructures(unit, context));
  found.push(...growingStructures(unit, context));
  return found;
}

function assignedStructures(unit: Unit, context: SizeContext): DataStructure[] {
  if (unit.assignments.size === 0) return [];
  const found: DataStructure[] = [];
  for (const assignments of unit.assignments.values())
    for (const assignment of assignments) {
      if (context.values.deadline.passed()) return found;
      const structure = assignedStructure(assignment, context);
      if (structure !== undefined) found.push(structure);
    }
  return found;
}

function assignedStructure(
  assignment: Assignment,
  context: SizeContext,
): DataStructure | undefined {
  const { value } = assignment;
  if (value === undefined || value.role === 'name' || !isAssignment(assignment)) return undefined;
  const size = sizeOf(value, context);
  if (isContainer(size))
    return { kind: size.kind, line: value.line, bytes: wholeBytes(size.bytes), grows: false };
  const isOpen = size === undefined && CONTAINERS.has(value.role);
  return isOpen ? { kind: value.role, line: value.line, grows: false } : undefined;
}

/** Without a name: `return [0] * n`, `train(np.ones((n, m)))`, the fields that a class starts with. */
function unnamedStructures(unit: Unit, context: SizeContext): DataStructure[] {
  const { survey, values } = context;
  const places = resultsOf(unit);
  for (const { node } of unit.calls) {
    if (values.deadline.passed()) break;
    if (!node.children.some(isMadeAndGiven) || sizeOf(node, context) !== undefined) continue;
    places.push(...node.children.filter(isMadeAndGiven));
  }
  if (unit === survey.topLevel) for (const fields of survey.fields.values()) places.push(...fields);
  const found: DataStructure[] = [];
  for (const place of places) {
    if (values.deadline.passed()) break;
    const size = sizeOf(place, context);
    if (!isContainer(size) || size.bytes < LEAST_BYTES) continue;
    found.push({ kind: size.kind, line: place.line, bytes: wholeBytes(size.bytes), grows: false });
  }
  return found;
}

function isMadeAndGiven({ slot, role }: SyntaxNode): boolean {
  return slot === 'arguments' && MAKING.has(role);
}

function resultsOf({ node, returned }: Unit): SyntaxNode[] {
  const body = node.role === 'function' || node.role === 'closure' ? node.child('body') : undefined;
  const last = body?.role === 'block' ? body.children.at(-1) : body;
  const results: SyntaxNode[] = [];
  for (const { children } of returned) addResult(children.at(-1), results);
  addResult(last, results);
  return results;
}

function addResult(result: SyntaxNode | undefined, results: SyntaxNode[]): void {
  if (result !== undefined && result.role !== 'name' && result.role !== 'return')
    results.push(result);
}

/** A loop's variable takes elements, it holds no container of its own. */
function isAssignment({ node }: Assignment): boolean {
  return node.role === 'assign' || node.role === 'augment' || node.role === 'array';
}

function isContainer(size: Size | undefined): size is Size {
  if (size === undefined || size.kind === 'range' || size.kind === 'number') return false;
  return size.kind !== 'string' || size.bytes >= LEAST_BYTES;
}
