import { programCost } from './classify/program-cost.ts';
import { Costs, type Cost } from './features/bounds/cost.ts';
import { iterationsOf } from './features/bounds/iterations.ts';
import { Values } from './features/bounds/values.ts';
import { callGraph, type CallGraph } from './features/call-graph.ts';
import { survey, type Call, type Survey } from './features/survey.ts';
import type { Deadline } from './deadline.ts';
import type { LanguageSpec } from './languages/language-spec.ts';
import type { Parsed } from './syntax/parse.ts';

/** One source, surveyed and bounded: what every further feature starts from. */
export type Measured = {
  readonly survey: Survey;
  readonly graph: CallGraph;
  readonly values: Values;
  readonly costs: Costs;
  /** What the program as a whole costs. */
  readonly program: Cost;
  readonly deadline: Deadline;
};

export function measure(
  parsed: Pick<Parsed, 'root'>,
  spec: LanguageSpec,
  deadline: Deadline,
  foreign?: (call: Call, code: Survey) => Cost | undefined,
): Measured {
  deadline.begin('survey');
  const code = survey(parsed.root, spec, deadline);
  deadline.begin('call graph');
  const graph = callGraph(code, deadline);
  deadline.begin('costs');
  const values = new Values({ survey: code, graph, deadline, iterationsOf });
  const costs = new Costs(code, graph, values, foreign && ((call) => foreign(call, code)));
  return { survey: code, graph, values, costs, program: programCost(code, costs), deadline };
}
