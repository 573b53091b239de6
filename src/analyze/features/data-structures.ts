import type { DataStructure } from '#model/complexity.ts';
import type { Values } from './bounds/values.ts';
import { sizeOf, type Size } from './sizes/size-of.ts';
import type { Survey, Unit } from './survey.ts';

const CONTAINERS = new Set(['list', 'dict', 'set', 'comprehension', 'array']);

/** Literals, repetitions and allocations with their evaluated sizes, and what grows inside loops. */
export function dataStructures(survey: Survey, values: Values): DataStructure[] {
  return survey.units.flatMap((unit) => [
    ...assigned(unit, survey, values),
    ...growing(unit, survey),
  ]);
}

function assigned(unit: Unit, survey: Survey, values: Values): DataStructure[] {
  return [...unit.assignments.values()].flat().flatMap(({ value }): DataStructure[] => {
    if (value === undefined) return [];
    const size = sizeOf(value, { survey, values, unit, steps: 0 });
    if (isContainer(size))
      return [{ kind: size.kind, line: value.line, bytes: Math.round(size.bytes), grows: false }];
    return size === undefined && CONTAINERS.has(value.role)
      ? [{ kind: value.role, line: value.line, grows: false }]
      : [];
  });
}

function isContainer(size: Size | undefined): size is Size {
  return (
    size !== undefined &&
    size.kind !== 'number' &&
    !(size.kind === 'string' && size.bytes < 1024) &&
    size.kind !== 'range'
  );
}

function growing(unit: Unit, survey: Survey): DataStructure[] {
  return unit.calls
    .filter((call) => call.loopDepth > 0 && survey.spec.library.grows.test(call.name))
    .map((call) => ({
      kind: call.name.slice(0, Math.max(0, call.name.lastIndexOf('.'))) || call.name,
      line: call.node.line,
      grows: true,
    }));
}
