import type { ComplexityProfile, FunctionProfile } from '#model/complexity.ts';
import type { Site } from '#model/site.ts';
import type { Classification } from './classify/classify.ts';
import { demandOf } from './demand.ts';
import { onceEach } from './effects/effects.ts';
import { Cognitive } from './features/cognitive.ts';
import { cyclomatic } from './features/cyclomatic.ts';
import { usesRandomness } from './features/randomness.ts';
import { spaceOf } from './features/space/space.ts';
import { functionOrder } from './features/sites/function-order.ts';
import { sitesOf } from './features/sites/sites.ts';
import type { Findings } from './findings.ts';
import type { Survey } from './features/survey.ts';
import type { Measured } from './measure.ts';
import { score, type ScoreWeights } from './score.ts';
import { sitesBrought } from './links/brought-sites.ts';
import { columnAt, lineAt } from './syntax/node.ts';
import type { Parsed } from './syntax/parse.ts';

/** All that is known of one source, in the words of the profile. */
export function profileOf({
  parsed,
  measured,
  findings,
  file,
  weights,
}: {
  parsed: Parsed;
  measured: Measured;
  findings: Findings;
  file: string | undefined;
  weights?: ScoreWeights | undefined;
}): ComplexityProfile {
  const { spec } = measured.survey;
  const { survey: code } = measured;
  const { classification, functions, loops, entries, effects } = findings;
  const whole = { ...classification, loopDepth: deepest(measured) };
  const all = [...effects.values()];
  const structures = onceEach(
    all.flatMap((each) => each.structures),
    ({ kind }) => kind,
  );
  const external = all.flatMap((each) => each.external);
  const parallel = onceEach(
    all.flatMap((each) => each.parallelism),
    ({ what }) => what,
  );
  const space = spaceOf(all.flatMap((each) => each.space));
  const waits = all.flatMap((each) => each.waits).length;
  return {
    ...(file === undefined ? {} : { file }),
    language: spec.language,
    coveredFraction: parsed.coveredFraction,
    ...syntaxErrorOf(parsed),
    score: programScore({
      measured,
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
    sites: sitesIn(measured, findings),
    functionOrder: functionOrder(entries),
    parallelism: [...new Set(parallel.map(({ what }) => what))],
    usesRandomness: usesRandomness(code),
    waits: waits > 0,
    demand: demandOf({
      language: spec.language,
      structures,
      spaceClass: space.heapClass,
      externalCalls: external,
      parallelism: parallel,
      waits,
      loops: loopsIn(code),
    }),
  };
}

type Whole = Classification & { readonly loopDepth: number };

function sitesIn({ survey, values }: Measured, findings: Findings): Site[] {
  const { entries, own, brought, waits } = findings;
  return sitesOf({
    survey,
    values,
    entries,
    external: [...own.values()].flatMap((each) => each.external),
    waits,
    brought: brought.flatMap(sitesBrought),
  });
}

function deepest({ survey, costs }: Measured): number {
  return survey.units.reduce((most, unit) => Math.max(most, costs.ofUnit(unit).loopDepth), 0);
}

function programScore(given: {
  measured: Measured;
  functions: readonly FunctionProfile[];
  whole: Whole;
  structures: number;
  external: number;
  weights: ScoreWeights | undefined;
}): number {
  const { measured, functions, whole } = given;
  const { survey: code } = measured;
  // What a program scores is the same in all languages.
  const published = code.spec.cognitive === undefined ? measured.cognitive : new Cognitive();
  const factors = {
    class: whole.class,
    loopDepth: whole.loopDepth,
    cyclomatic: functions.reduce(
      (most, each) => Math.max(most, each.cyclomatic),
      cyclomatic(code.topLevel, code.spec),
    ),
    cognitive: published.of(code.root),
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
