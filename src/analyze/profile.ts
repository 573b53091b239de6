import {
  type ComplexityClass,
  type ComplexityProfile,
  type FunctionProfile,
} from '#model/complexity.ts';
import { classify } from './classify/classify.ts';
import { demandOf } from './demand.ts';
import { cognitive } from './features/cognitive.ts';
import { cyclomatic } from './features/cyclomatic.ts';
import { dataStructures } from './features/data-structures.ts';
import { externalCalls } from './features/external-calls.ts';
import { parallelism } from './features/parallelism.ts';
import { loopProfiles } from './features/loop-profiles.ts';
import { usesRandomness } from './features/randomness.ts';
import { spaceOf } from './features/space/space.ts';
import { entriesOf } from './features/sites/entries.ts';
import { functionOrder } from './features/sites/function-order.ts';
import { sitesOf } from './features/sites/sites.ts';
import { waitsIn } from './features/waits.ts';
import { functionProfile } from './function-profile.ts';
import type { Survey } from './features/survey.ts';
import type { Measured } from './measure.ts';
import { score, type ScoreWeights } from './score.ts';
import { columnAt, lineAt } from './syntax/node.ts';
import type { Parsed } from './syntax/parse.ts';

/** Runs every feature over one parsed source. */
export function profileOf({
  parsed,
  measured,
  file,
  weights,
}: {
  parsed: Parsed;
  measured: Measured;
  file: string | undefined;
  weights?: ScoreWeights | undefined;
}): ComplexityProfile {
  const { spec } = measured.survey;
  const { survey: code, graph, values, deadline } = measured;
  deadline.begin('functions');
  const functions = deadline.collect(code.units, (unit) =>
    unit === code.topLevel ? [] : [functionProfile(unit, measured, weights)],
  );
  const loops = loopProfiles(code.topLevel, values);
  deadline.begin('class');
  const whole = wholeProgram(measured);
  deadline.begin('calls out');
  const external = externalCalls(code, graph, deadline);
  deadline.begin('sizes');
  const structures = dataStructures(code, values);
  deadline.begin('space');
  const space = spaceOf(measured, structures, whole.class);
  deadline.begin('sites');
  const parallel = parallelism(code);
  const waits = waitsIn(code);
  const entries = entriesOf(code, graph, deadline);
  return {
    ...(file === undefined ? {} : { file }),
    language: spec.language,
    coveredFraction: parsed.coveredFraction,
    ...syntaxErrorOf(parsed),
    score: programScore({
      code,
      functions,
      whole,
      structures: structures.length,
      external: external.length,
      weights,
    }),
    class: whole.class,
    spaceClass: space.class,
    derivation: whole.derivation,
    spaceDerivation: space.derivation,
    loops,
    functions,
    externalCalls: external,
    dataStructures: structures,
    sites: sitesOf({ survey: code, values, entries, external, waits }),
    functionOrder: functionOrder(entries),
    parallelism: parallel,
    usesRandomness: usesRandomness(code),
    waits: waits.length > 0,
    demand: demandOf({
      structures,
      spaceClass: space.heapClass,
      externalCalls: external,
      parallelism: parallel,
      waits: waits.length,
      loops: loopsIn(code),
    }),
  };
}

type Whole = {
  readonly class: ComplexityClass;
  readonly derivation: readonly string[];
  readonly loopDepth: number;
};

function wholeProgram(measured: Measured): Whole {
  const { survey: code, costs } = measured;
  const loopDepth = code.units.reduce(
    (most, unit) => Math.max(most, costs.ofUnit(unit).loopDepth),
    0,
  );
  return { ...classify(measured), loopDepth };
}

function programScore(given: {
  code: Survey;
  functions: readonly FunctionProfile[];
  whole: Whole;
  structures: number;
  external: number;
  weights: ScoreWeights | undefined;
}): number {
  const { code, functions, whole } = given;
  const factors = {
    class: whole.class,
    loopDepth: whole.loopDepth,
    cyclomatic: functions.reduce(
      (most, each) => Math.max(most, each.cyclomatic),
      cyclomatic(code.topLevel, code.spec),
    ),
    cognitive: cognitive(code.root),
    recursive: functions.some((each) => each.recursion !== 'none'),
    branching: functions.some((each) => each.recursion === 'branching'),
    structures: given.structures,
    external: given.external,
  };
  return score(factors, given.weights);
}

function syntaxErrorOf({ firstErrorAt, root }: Parsed): Pick<ComplexityProfile, 'syntaxError'> {
  if (firstErrorAt === undefined) return {};
  return {
    syntaxError: {
      line: lineAt(root.source, firstErrorAt),
      column: columnAt(root.source, firstErrorAt),
    },
  };
}

function loopsIn({ units }: Survey): number {
  return units.reduce((total, unit) => total + unit.loops.length, 0);
}
