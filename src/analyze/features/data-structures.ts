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
  return [
    ...assignedStructures(unit, context),
    ...unnamedStructures(unit, context),
    ...growingStructures(unit, context),
  ];
}

function assignedStructures(unit: Unit, context: SizeContext): DataStructure[] {
  if (unit.assignments.size === 0) return [];
  const assignments = [...unit.assignments.values()].flat();
  return context.values.deadline.collect(assignments, (assignment): DataStructure[] => {
    const { value } = assignment;
    if (value === undefined || value.role === 'name' || !isAssignment(assignment)) return [];
    const size = sizeOf(value, context);
    if (isContainer(size))
      return [{ kind: size.kind, line: value.line, bytes: wholeBytes(size.bytes), grows: false }];
    const isOpen = size === undefined && CONTAINERS.has(value.role);
    return isOpen ? [{ kind: value.role, line: value.line, grows: false }] : [];
  });
}

/** Without a name: `return [0] * n`, `train(np.ones((n, m)))`, the fields that a class starts with. */
function unnamedStructures(unit: Unit, context: SizeContext): DataStructure[] {
  const { survey, values } = context;
  const sizeIn = (place: SyntaxNode): DataStructure[] => {
    const size = sizeOf(place, context);
    if (!isContainer(size) || size.bytes < LEAST_BYTES) return [];
    return [{ kind: size.kind, line: place.line, bytes: wholeBytes(size.bytes), grows: false }];
  };
  const given = values.deadline.collect(unit.calls, ({ node }) => {
    const made = node.children.filter(({ slot, role }) => slot === 'arguments' && MAKING.has(role));
    return made.length > 0 && sizeOf(node, context) === undefined ? made : [];
  });
  const fields = unit === survey.topLevel ? [...survey.fields.values()].flat() : [];
  return values.deadline.collect([...resultsOf(unit), ...given, ...fields], sizeIn);
}

function resultsOf({ node, returned }: Unit): SyntaxNode[] {
  const body = node.role === 'function' || node.role === 'closure' ? node.child('body') : undefined;
  const last = body?.role === 'block' ? body.children.at(-1) : body;
  return [...returned.map(({ children }) => children.at(-1)), last].filter(
    (result) => result !== undefined && result.role !== 'name' && result.role !== 'return',
  ) as SyntaxNode[];
}

/** A loop's variable takes elements, it holds no container of its own. */
function isAssignment({ node }: Assignment): boolean {
  return node.role === 'assign' || node.role === 'augment' || node.role === 'array';
}

function isContainer(size: Size | undefined): size is Size {
  if (size === undefined || size.kind === 'range' || size.kind === 'number') return false;
  return size.kind !== 'string' || size.bytes >= LEAST_BYTES;
}
