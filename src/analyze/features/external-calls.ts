import type { ExternalCall } from '#model/complexity.ts';
import type { ExternalRule } from '#analyze/languages/language-spec.ts';
import type { Deadline } from '#analyze/deadline.ts';
import { ofName } from './by-name.ts';
import type { CallGraph } from './call-graph.ts';
import { argumentsOf } from './callee.ts';
import type { Concurrency } from './concurrency.ts';
import { loopAround } from './loops-around.ts';
import { assignmentsTo, kindOfName, Receivers } from './receivers.ts';
import { repetitionsAround } from './repeated.ts';
import type { Call, Survey, Unit } from './survey.ts';
import { hasTimeout } from './timeouts.ts';

/** Calls that leave the process: the network, databases, other programs. */
export function externalCalls(
  survey: Survey,
  given: {
    readonly concurrency: Concurrency;
    readonly targetOf: CallGraph['targetOf'];
    readonly isForeign: (call: Call) => boolean;
    readonly deadline: Deadline;
  },
): (unit: Unit) => ExternalCall[] {
  const { concurrency, targetOf, isForeign, deadline } = given;
  const callers = Map.groupBy(targetOf.keys(), (call) => targetOf.get(call)!);
  const receivers = new Receivers(survey, (unit) => callers.get(unit) ?? []);
  return (unit) =>
    deadline.collect(unit.calls, (call) => {
      const kind =
        kindOfName(call.named) ?? kindByGiven(call, rulesFor(call.named)) ?? receivers.kindOf(call);
      if (kind === undefined || HANDLING.test(call.name) || isForeign(call)) return [];
      return [{ kind, ...placeOf(call), ...manner(call, concurrency) }];
    });
}

const rulesFor = ofName((name, { library }) =>
  library.externals.filter(({ given, callee }) => given !== undefined && callee.test(name)),
);

function placeOf(call: Call): Pick<ExternalCall, 'callee' | 'line' | 'loopDepth' | 'loopLine'> {
  const loop = loopAround(call);
  return {
    callee: call.name,
    line: call.node.line,
    loopDepth: repetitionsAround(call),
    ...(loop === undefined ? {} : { loopLine: loop.line }),
  };
}

function manner(
  call: Call,
  concurrency: Concurrency,
): Pick<ExternalCall, 'awaited' | 'hasTimeout'> {
  return {
    awaited: concurrency.isParallel(call) ? 'parallel' : 'one-by-one',
    hasTimeout: hasTimeout(call),
  };
}

/** What is done to a client while it is made or to an answer, in one chain with the call that goes out. */
const HANDLING =
  /\(\)\.(unwrap\w*|expect|ok|build|builder|timeout|header|headers|map_err|json|text|status|body)$|\.(newHttpClient|newBuilder)$/;

/** `file_get_contents("https://…")` leaves the process, `file_get_contents("rows.csv")` does not. */
function kindByGiven({ node, unit }: Call, rules: readonly ExternalRule[]) {
  if (rules.length === 0) return undefined;
  const text = argumentsOf(node)[0]?.text ?? '';
  return rules.find(
    ({ given }) =>
      given!.test(text) ||
      assignmentsTo(text, unit).some(({ value }) => given!.test(value?.text ?? '')),
  )?.kind;
}
