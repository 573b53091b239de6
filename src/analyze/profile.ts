import {
  type ComplexityClass,
  type ComplexityProfile,
  type FunctionProfile,
} from '#model/complexity.ts';
import { classify } from './classify/classify.ts';
import { demandOf } from './demand.ts';
import type { Costs } from './features/bounds/cost.ts';
import { classOf } from './features/bounds/growth.ts';
import type { CallGraph } from './features/call-graph.ts';
import { argumentsOf } from './features/callee.ts';
import { cognitive } from './features/cognitive.ts';
import { cyclomatic } from './features/cyclomatic.ts';
import { dataStructures } from './features/data-structures.ts';
import { externalCalls } from './features/external-calls.ts';
import { parallelism } from './features/parallelism.ts';
import { recursionOf } from './features/recursion.ts';
import { spaceClassOf } from './features/space.ts';
import type { Call, Survey, Unit } from './features/survey.ts';
import type { Measured } from './measure.ts';
import { score } from './score.ts';
import { columnAt, lineAt } from './syntax/node.ts';
import type { Parsed } from './syntax/parse.ts';

/** Runs every feature over one parsed source. */
export function profileOf({
  parsed,
  measured,
  file,
}: {
  parsed: Parsed;
  measured: Measured;
  file: string | undefined;
}): ComplexityProfile {
  const { spec } = measured.survey;
  const { survey: code, graph, values, costs } = measured;
  const functions = code.units
    .filter((unit) => unit !== code.topLevel)
    .map((unit) => functionProfile(unit, { code, graph, costs }));
  const whole = wholeProgram(measured);
  const structures = dataStructures(code, values);
  const external = externalCalls(code);
  const parallel = parallelism(code);
  const spaceClass = spaceClassOf(structures, whole.class);
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
    }),
    class: whole.class,
    spaceClass,
    derivation: whole.derivation,
    functions,
    externalCalls: external,
    dataStructures: structures,
    parallelism: parallel,
    demand: demandOf({
      structures,
      spaceClass,
      externalCalls: external,
      parallelism: parallel,
      waits: waitsIn(code),
      loops: loopsIn(code),
    }),
  };
}

function functionProfile(
  unit: Unit,
  { code, graph, costs }: { code: Survey; graph: CallGraph; costs: Costs },
): FunctionProfile {
  const cost = costs.ofUnit(unit);
  const recursion = recursionOf(unit, graph, code);
  const facts = {
    cyclomatic: cyclomatic(unit, code.spec),
    cognitive: cognitive(unit.node, code.spec.cognitive),
    loopDepth: cost.loopDepth,
    class: classOf(cost.growth),
  };
  return {
    name: unit.className === undefined ? unit.name : `${unit.className}.${unit.name}`,
    startLine: unit.node.line,
    endLine: unit.node.endLine,
    ...facts,
    recursion: recursion.kind,
    score: score({
      ...facts,
      recursive: recursion.kind !== 'none',
      branching: recursion.kind === 'branching',
      structures: 0,
      external: 0,
    }),
    calls: [...new Set(unit.calls.map((call) => call.name))],
  };
}

type Whole = {
  readonly class: ComplexityClass;
  readonly derivation: readonly string[];
  readonly loopDepth: number;
};

function wholeProgram(measured: Measured): Whole {
  const depths = measured.survey.units.map((unit) => measured.costs.ofUnit(unit).loopDepth);
  return { ...classify(measured), loopDepth: Math.max(...depths) };
}

function programScore(given: {
  code: Survey;
  functions: readonly FunctionProfile[];
  whole: Whole;
  structures: number;
  external: number;
}): number {
  const { code, functions, whole } = given;
  return score({
    class: whole.class,
    loopDepth: whole.loopDepth,
    cyclomatic: Math.max(
      cyclomatic(code.topLevel, code.spec),
      ...functions.map((each) => each.cyclomatic),
    ),
    cognitive: cognitive(code.root),
    recursive: functions.some((each) => each.recursion !== 'none'),
    branching: functions.some((each) => each.recursion === 'branching'),
    structures: given.structures,
    external: given.external,
  });
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

function waitsIn({ units, spec }: Survey): number {
  return units
    .flatMap((unit) => unit.calls)
    .filter((call) => spec.library.waits.test(call.name) && !joinsText(call)).length;
}

/** `', '.join(words)` and `path.join(a, b)` take arguments, joining a thread takes none. */
function joinsText({ name, node }: Call): boolean {
  return name.endsWith('.join') && argumentsOf(node).length > 0;
}

function loopsIn({ units }: Survey): number {
  return units.reduce((total, unit) => total + unit.loops.length, 0);
}
