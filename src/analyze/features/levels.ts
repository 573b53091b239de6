import { argumentsOf } from './callee.ts';
import type { Call, Unit } from './survey.ts';

/** A counter that a circle of functions hands on, one higher, and its fixed bound. */
export type Levels = { readonly most: number; readonly isCounted: (call: Call) => boolean };

/** `if (depth > DEEPEST) return`, where calls give `depth + 1`. */
export function levelsOf(members: readonly Unit[]): Levels | undefined {
  const counters = new Set(members.flatMap(({ calls }) => calls.flatMap(countersOf)));
  for (const counter of [...counters].slice(0, MOST_COUNTERS))
    for (const unit of members) {
      const most = boundOf(counter, unit);
      if (most !== undefined)
        return { most, isCounted: (call) => countersOf(call).includes(counter) };
    }
  return undefined;
}

const MOST_COUNTERS = 5;
/** Longer arguments count nothing. */
const LONGEST_ARGUMENT = 200;

function countersOf({ node, unit }: Call): string[] {
  const short = argumentsOf(node).filter(({ start, end }) => end - start <= LONGEST_ARGUMENT);
  return short.flatMap(({ text }) => [
    ...[...text.matchAll(/(\w{1,40}) \+ 1\b(?! *[-+*/%])/g)].map(([, name]) => name!),
    ...(text.match(/\w+/g) ?? []).filter((name) => isOneMore(name, unit)),
  ]);
}

/** `const depth = (way.depth ?? 0) + 1` */
function isOneMore(name: string, unit: Unit): boolean {
  const [only, ...more] = unit.assignments.get(name) ?? [];
  const { value } = only ?? {};
  if (value === undefined || more.length > 0 || value.end - value.start > LONGEST_ARGUMENT)
    return false;
  return value.text.endsWith(' + 1') && new Set(value.text.match(/\w+/g)).has(name);
}

function boundOf(counter: string, unit: Unit): number | undefined {
  const guard = new RegExp(`\\bif\\b[^\\n{;:]{0,200}?\\b${counter}\\s*(?:>=?|===?)\\s*(\\w+)`);
  const [, bound = ''] = guard.exec(unit.node.text) ?? [];
  return /^\d+$/.test(bound) ? Number(bound) : constantOf(bound, unit);
}

/** What is assigned once, and a number. */
function constantOf(name: string, unit: Unit): number | undefined {
  for (let scope = unit.parent; scope !== undefined; scope = scope.parent) {
    const [only, ...more] = scope.assignments.get(name) ?? [];
    if (only !== undefined)
      return more.length === 0 && only.value?.role === 'number'
        ? Number(only.value.text)
        : undefined;
  }
  return undefined;
}
