import type { ExternalCall } from '#model/complexity.ts';
import type { Site, SiteCost } from '#model/site.ts';
import type { Values } from '#analyze/features/bounds/values.ts';
import { loopAround } from '#analyze/features/loops-around.ts';
import { sizeContext } from '#analyze/features/sizes/size-of.ts';
import type { Call, Survey, Unit } from '#analyze/features/survey.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';
import { allocationsIn } from './allocations.ts';
import { callersByUnit, callersOf, type Entry } from './callers.ts';
import { growthCosts } from './growth-costs.ts';
import { coresOf, startsCores } from './parallel-cores.ts';
import { secondsOf } from './wait-seconds.ts';
import { isConditional } from './is-conditional.ts';
import { callsByTarget, type SiteContext } from './site-context.ts';
import { unitName } from './unit-name.ts';

const MOST_SITES = 200;

export type SitesInput = {
  readonly survey: Survey;
  readonly values: Values;
  readonly entries: readonly Entry[];
  readonly external: readonly ExternalCall[];
  readonly waits: readonly Call[];
  /** What places do in other files. */
  readonly brought: readonly Found[];
};

export type Found = { readonly node: SyntaxNode; readonly unit: Unit; readonly cost: SiteCost };

/** Places that will cost something when the run comes there, by line. */
export function sitesOf(input: SitesInput): Site[] {
  const { survey } = input;
  const callsOf = callsByTarget(input.entries);
  const inCalls = costsOfCalls(input);
  const found = input.values.deadline.collect(survey.units, (unit) => {
    if (unit.calls.length === 0 && unit.repetitions.length === 0 && !holdsRounds(unit)) return NONE;
    const context = { ...sizeContext({ survey, values: input.values, unit }), callsOf };
    return [...memoryIn(unit, context), ...inCalls(unit)];
  });
  found.push(...input.brought);
  const callers = callersOf(callersByUnit(input.entries));
  return found
    .sort((one, other) => one.node.start - other.node.start)
    .slice(0, MOST_SITES)
    .map(({ node, unit, cost }) => {
      const loop = loopAround({ node, unit });
      return {
        line: node.line,
        function: unitName(unit),
        ...(loop === undefined ? {} : { loopLine: loop.line }),
        ...(isConditional({ node, unit }) ? { isConditional: true as const } : {}),
        callers: callers(unit),
        ...cost,
      };
    });
}

const NONE: readonly Found[] = [];

function holdsRounds({ loops, stored }: Unit): boolean {
  return loops.length > 0 || stored.length > 0;
}

function memoryIn(unit: Unit, context: SiteContext): Found[] {
  const found: Found[] = [];
  for (const { node, what, size } of allocationsIn(unit, context)) {
    const cost: SiteCost =
      size.times.length === 0
        ? { kind: 'allocation', what, bytes: size.bytes }
        : { kind: 'allocation', what, expression: size };
    found.push({ node, unit, cost });
  }
  for (const { node, ...growth } of growthCosts(unit, context))
    found.push({ node, unit, cost: { kind: 'growth', ...growth } });
  return found;
}

function costsOfCalls({ values, external, waits }: SitesInput): (unit: Unit) => Found[] {
  const leaves = new Set(external.map(({ callee, line }) => `${line}:${callee}`));
  const leaving = new Set(external.map(({ callee }) => callee));
  const waiting = new Set(waits);
  const costOf = (call: Call): SiteCost | undefined => {
    const what = call.name;
    const standpoint = { unit: call.unit, values };
    if (leaving.has(what) && leaves.has(`${call.node.line}:${what}`))
      return { kind: 'external', what };
    if (waiting.has(call)) {
      const seconds = secondsOf(call, values);
      return { kind: 'wait', what, ...(seconds === undefined ? {} : { seconds }) };
    }
    if (!startsCores(call.named)) return undefined;
    const cores = coresOf(call, standpoint);
    return { kind: 'parallel', what, ...(cores === undefined ? {} : { cores }) };
  };
  return (unit) => {
    const found: Found[] = [];
    for (const call of unit.calls) {
      const cost = costOf(call);
      if (cost !== undefined) found.push({ node: call.node, unit, cost });
    }
    return found;
  };
}
