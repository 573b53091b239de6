import type { DataStructure } from '#model/complexity.ts';
import type { Values } from './bounds/values.ts';
import { growingStructures } from './sizes/growing.ts';
import type { Size } from './sizes/allocator.ts';
import { wholeBytes } from './sizes/memory-model.ts';
import { sizeContext, sizeOf } from './sizes/size-of.ts';
import type { Assignment, Survey, Unit } from './survey.ts';

const CONTAINERS = new Set(['list', 'dict', 'set', 'comprehension', 'array']);
/** Smaller texts are messages, not data. */
const LEAST_TEXT_BYTES = 1024;

/** Literals, repetitions and allocations with their evaluated sizes, and what grows inside loops. */
export function dataStructures(unit: Unit, survey: Survey, values: Values): DataStructure[] {
  return [
    ...assignedStructures(unit, survey, values),
    ...growingStructures(unit, sizeContext({ survey, values, unit })),
  ];
}

function assignedStructures(unit: Unit, survey: Survey, values: Values): DataStructure[] {
  const assignments = [...unit.assignments.values()].flat();
  return values.deadline.collect(assignments, (assignment): DataStructure[] => {
    const { value } = assignment;
    if (value === undefined || value.role === 'name' || !isAssignment(assignment)) return [];
    const size = sizeOf(value, sizeContext({ survey, values, unit }));
    if (isContainer(size))
      return [{ kind: size.kind, line: value.line, bytes: wholeBytes(size.bytes), grows: false }];
    const isOpen = size === undefined && CONTAINERS.has(value.role);
    return isOpen ? [{ kind: value.role, line: value.line, grows: false }] : [];
  });
}

/** A loop's variable takes elements, it holds no container of its own. */
function isAssignment({ node }: Assignment): boolean {
  return node.role === 'assign' || node.role === 'augment' || node.role === 'array';
}

function isContainer(size: Size | undefined): size is Size {
  if (size === undefined || size.kind === 'range' || size.kind === 'number') return false;
  return size.kind !== 'string' || size.bytes >= LEAST_TEXT_BYTES;
}
