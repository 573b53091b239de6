import type { ExternalCall } from '#model/complexity.ts';
import type { ExternalRule } from '#analyze/languages/language-spec.ts';
import type { Deadline } from '#analyze/deadline.ts';
import { ofName } from './by-name.ts';
import { argumentsOf } from './callee.ts';
import type { Concurrency } from './concurrency.ts';
import { loopAround } from './loops-around.ts';
import { assignmentsTo, kindOfName, type Receivers } from './receivers.ts';
import { repetitionsAround } from './repeated.ts';
import type { Call, Survey, Unit } from './survey.ts';
import { hasTimeout } from './timeouts.ts';

/** Calls that leave the process: the network, databases, other programs. */
export function externalCalls(
  survey: Survey,
  given: {
    readonly concurrency: Concurrency;
    readonly receivers: Receivers;
    readonly isForeign: (call: Call) => boolean;
    readonly deadline: Deadline;
  },
): (unit: Unit) => ExternalCall[] {
  const { concurrency, receivers, isForeign, deadline } = given;
  return (unit) =>
    deadline.collect(unit.calls, (call) => {
      const kind =
        kindOfName(call.named) ?? kindByGiven(call, rulesFor(call.named)) ?? receivers.kindOf(call);
      if (kind === undefined || isLocal(call.named) || isForeign(call)) return [];
      return [{ kind, ...placeOf(call), ...manner(call, concurrency, receivers) }];
    });
}

const isLocal = ofName((name) => HANDLING.test(name) || MAKING.test(name));

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
  receivers: Receivers,
): Pick<ExternalCall, 'awaited' | 'hasTimeout'> {
  return {
    awaited: concurrency.isParallel(call) ? 'parallel' : 'one-by-one',
    hasTimeout: hasTimeout(call, receivers.madeOf(call)),
  };
}

/** Gives an object that connects later, with its first call. */
const MAKING =
  /(^|[.:])(Session|ClientSession|AsyncClient|HttpClient|OkHttpClient)$|^(httpx|grpc)\.Client$|^axios\.create$|^boto3\.(client|resource)$/;

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
