import type { Recurrence, RecurrenceTerm } from '#model/complexity.ts';
import { describeGrowth, type Growth } from './bounds/growth.ts';
import type { CallGraph } from './call-graph.ts';
import { argumentsOf } from './callee.ts';
import { branchesOf } from './branches.ts';
import { goesDownLevels, type Recursion } from './recursion.ts';
import type { Call, Unit } from './survey.ts';

/** The recurrence T(n) as the calls' arguments show it; undefined where nothing recurs. */
export function recurrenceOf(given: {
  unit: Unit;
  graph: CallGraph;
  recursion: Recursion;
  work: Growth;
}): Recurrence | undefined {
  const { unit, graph, recursion, work } = given;
  const cycle = graph.cycles.get(unit);
  if (cycle === undefined) return undefined;
  const calls = unit.calls.filter((call) => cycle.has(graph.targetOf.get(call)!));
  const byArgument = Map.groupBy(calls, (call) => argumentLeft(call, graph.targetOf.get(call)!));
  const terms = [...byArgument].map(([argument, group]) => termOf(argument, group, unit));
  const sum = terms.reduce((total, term) => total + term.calls, 0);
  const facts = {
    terms,
    exclusive: terms.length > 1 && recursion.branches < sum,
    work: describeGrowth(work),
    memoised: recursion.memoised,
  };
  return { ...facts, text: textOf(facts) };
}

function termOf(argument: string, calls: readonly Call[], unit: Unit): RecurrenceTerm {
  const onOnePath = branchesOf(unit.node, new Set(calls.map(({ node }) => node)));
  return {
    argument,
    calls: Math.max(1, onOnePath),
    inLoop: calls.some(({ loopDepth }) => loopDepth > 0),
  };
}

/** `T(n) = 2·T(n/2) + n`; `or` where paths exclude each other, `Σ` where a loop makes the calls. */
function textOf({ terms, exclusive, work, memoised }: Omit<Recurrence, 'text'>): string {
  const parts = terms.map(
    ({ calls, argument, inLoop }) =>
      `${inLoop ? 'Σ ' : ''}${calls > 1 ? `${calls}·` : ''}T(${argument})`,
  );
  const once = memoised ? ', each n once' : '';
  return `T(n) = ${parts.join(exclusive ? ' or ' : ' + ')} + ${work}${once}`;
}

/** What is left of n for a call: the argument that shrinks most tells. */
function argumentLeft(call: Call, target: Unit): string {
  const { node, unit } = call;
  if (goesDownLevels(call)) return 'n/2';
  const texts = argumentsOf(node).map((argument) => argument.text.replaceAll(/\s+/g, ' '));
  for (const rule of [divided, halved, remainder, stepped, part]) {
    for (const [at, text] of texts.entries()) {
      const found = rule({ text, parameter: target.parameters[at], unit });
      if (found !== undefined) return found;
    }
  }
  return '?';
}

type Argument = {
  readonly text: string;
  readonly parameter: string | undefined;
  readonly unit: Unit;
};

/** `n / 2`, `Math.floor(n / 2)`, `n >> 1`, `intdiv($n, 2)`. */
function divided({ text }: Argument): string | undefined {
  const [, divisor] = /\bintdiv\([^,]+,\s*(\d+)\s*\)/.exec(text) ?? [];
  if (divisor !== undefined) return `n/${divisor}`;
  const [, operator, by] = /[\w)]\s*(\/\/?|>>)\s*(\d+)\b/.exec(text) ?? [];
  if (by === undefined) return undefined;
  return `n/${operator === '>>' ? 2 ** Number(by) : by}`;
}

/** `mid`, `mid + 1`, `a[:mid]`, where `mid` was computed by halving. */
function halved({ text, unit }: Argument): string | undefined {
  if (text.length > 80) return undefined;
  const isMiddle = (name: string) =>
    (unit.assignments.get(name) ?? []).some(({ value }) =>
      /(\/\/?\s*2\b|>>>?\s*1\b)/.test(value?.text.slice(0, 80) ?? ''),
    );
  return (text.match(/[A-Za-z_$]\w*/g) ?? []).some(isMiddle) ? 'n/2' : undefined;
}

/** Euclid: `gcd(b, a % b)`. */
function remainder({ text }: Argument): string | undefined {
  return /[\w)]\s*%\s*[\w(]/.test(text) ? 'n mod m' : undefined;
}

/** `n - 1`; `i + 1` leaves one less up to the bound; `a[1:]`, `s.substring(1)`. */
function stepped({ text, parameter }: Argument): string | undefined {
  const [, name, by] = /^\(?([\w.$]+)\s*[-+]\s*(\w+)\)?$/.exec(text) ?? [];
  if (by !== undefined && (name === parameter || /^\d+$/.test(by))) return `n-${by}`;
  const [, sliced] =
    /(?:\[\s*|\.(?:slice|substring|substr)\(\s*)(\d+)\s*(?::\s*\]|\.\.\s*\]|\))$/.exec(text) ?? [];
  return sliced === undefined || sliced === '0' ? undefined : `n-${sliced}`;
}

/** `node.left`, `node->next`, `children[i]`: a part of what was given. */
function part({ text, parameter }: Argument): string | undefined {
  const isPart = parameter !== undefined && /^[\w$]+(\.|->|\[)[\w$.[\]>-]+$/.test(text);
  return isPart ? 'part of n' : undefined;
}
