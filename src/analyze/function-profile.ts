import type { FunctionProfile } from '#model/complexity.ts';
import { classOf } from './features/bounds/growth.ts';
import { cyclomatic } from './features/cyclomatic.ts';
import { loopProfiles } from './features/loop-profiles.ts';
import { recurrenceOf } from './features/recurrence-data.ts';
import { recursionOf } from './features/recursion.ts';
import type { Unit } from './features/survey.ts';
import type { Measured } from './measure.ts';
import { score, type ScoreWeights } from './score.ts';

/** Every feature of one function. */
export function functionProfile(
  unit: Unit,
  measured: Measured,
  weights: ScoreWeights | undefined,
): FunctionProfile {
  const { survey: code, graph, costs, cognitive } = measured;
  const cost = costs.ofUnit(unit);
  const recursion = recursionOf(unit, graph, code);
  const recurrence = recurrenceOf({ unit, graph, recursion, work: costs.workOf(unit) });
  const facts = {
    cyclomatic: cyclomatic(unit, code.spec),
    cognitive: cognitive.of(unit.node),
    loopDepth: cost.loopDepth,
    class: classOf(cost.growth),
  };
  const recursive = recursion.kind !== 'none';
  const branching = recursion.kind === 'branching';
  return {
    name: unit.className === undefined ? unit.name : `${unit.className}.${unit.name}`,
    startLine: unit.node.line,
    endLine: unit.node.endLine,
    ...facts,
    recursion: recursion.kind,
    ...(recurrence === undefined ? {} : { recurrence }),
    loops: loopProfiles(unit, measured),
    score: score({ ...facts, recursive, branching, structures: 0, external: 0 }, weights),
    calls: namesOfCalls(unit),
  };
}

function namesOfCalls({ calls }: Unit): string[] {
  const names = calls.map((call) => call.name);
  return names.length < 2 ? names : [...new Set(names)];
}
