import type { ExternalCall } from '#model/complexity.ts';
import type { Library } from '#analyze/languages/language-spec.ts';
import type { Deadline } from '#analyze/deadline.ts';
import type { CallGraph } from './call-graph.ts';
import { Concurrency } from './concurrency.ts';
import { loopAround } from './loop-profiles.ts';
import type { Call, Survey } from './survey.ts';
import { hasTimeout } from './timeouts.ts';

/** Calls that leave the process: the network, databases, other programs. */
export function externalCalls(
  survey: Survey,
  graph: CallGraph,
  deadline: Deadline,
): ExternalCall[] {
  const kindOf = classifier(survey.spec.library);
  const concurrency = new Concurrency(survey, graph, deadline);
  const calls = survey.units.flatMap((unit) => unit.calls);
  return deadline.collect(calls, (call) => {
    const kind = kindOf(call.name);
    return kind === undefined ? [] : [{ kind, ...placeOf(call), ...manner(call, concurrency) }];
  });
}

function placeOf(call: Call): Pick<ExternalCall, 'callee' | 'line' | 'loopDepth' | 'loopLine'> {
  const loop = loopAround(call);
  return {
    callee: call.name,
    line: call.node.line,
    loopDepth: call.loopDepth,
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

/** Programs call the same few names again and again: each is matched once. */
function classifier({ externals }: Library) {
  const known = new Map<string, ExternalCall['kind'] | undefined>();
  return (name: string) => {
    if (!known.has(name)) known.set(name, externals.find(({ callee }) => callee.test(name))?.kind);
    return known.get(name);
  };
}
