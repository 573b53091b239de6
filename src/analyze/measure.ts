import { programCost } from './classify/program-cost.ts';
import type { Cost } from './features/bounds/cost.ts';
import { Costs } from './features/bounds/costs.ts';
import { iterationsOf } from './features/bounds/iterations.ts';
import { Values } from './features/bounds/values.ts';
import { callGraph, type CallGraph } from './features/call-graph.ts';
import { Cognitive } from './features/cognitive.ts';
import { survey, type Call, type Survey } from './features/survey.ts';
import type { Deadline } from './deadline.ts';
import type { LanguageSpec } from './languages/language-spec.ts';
import type { Parsed } from './syntax/parse.ts';

/** One source by itself: what other files have no say in. */
export type Surveyed = {
  readonly parsed: Parsed;
  readonly survey: Survey;
  readonly graph: CallGraph;
};

/** One source, surveyed and bounded: what every further feature starts from. */
export type Measured = Omit<Surveyed, 'parsed'> & {
  readonly values: Values;
  readonly costs: Costs;
  /** What the program as a whole costs. */
  readonly program: Cost;
  /** By the rules of the language. */
  readonly cognitive: Cognitive;
  readonly deadline: Deadline;
};

export function surveyed(parsed: Parsed, spec: LanguageSpec, deadline: Deadline): Surveyed {
  deadline.begin('survey');
  const code = survey(parsed.root, spec, deadline);
  deadline.begin('call graph');
  return { parsed, survey: code, graph: callGraph(code, deadline) };
}

export function measure(
  { survey: code, graph }: Surveyed,
  deadline: Deadline,
  foreign?: (call: Call, code: Survey) => Cost | undefined,
): Measured {
  deadline.begin('costs');
  const values = new Values({ survey: code, graph, deadline, iterationsOf });
  const costs = new Costs(code, graph, values, foreign && ((call) => foreign(call, code)));
  const program = programCost(code, costs);
  const cognitive = new Cognitive(code.spec.cognitive);
  return { survey: code, graph, values, costs, program, cognitive, deadline };
}
