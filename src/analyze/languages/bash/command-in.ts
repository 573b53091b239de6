import { argumentsOf } from '#analyze/features/callee.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';

const RUNNERS =
  /^(timeout|sudo|env|nice|ionice|nohup|time|command|exec|stdbuf|setsid|chronic|xargs|parallel)$/;
/** Options that take the word behind them. */
const WITH_VALUE = /^-[ugksnPLIdEoecj]$/;
/** Options, numbers, durations and assignments. */
const NO_COMMAND = /^(-|\+|\d+(\.\d+)?[smhd]?$|\w+=)/;

/** `curl` of `timeout 5 curl "$url"`, `sudo -u www curl`, `xargs -P 8 -n 1 curl`. */
export function commandIn(call: SyntaxNode): SyntaxNode | undefined {
  if (!RUNNERS.test(call.child('callee')?.text ?? '')) return undefined;
  const words = argumentsOf(call);
  return words.find(
    ({ text }, at) => !NO_COMMAND.test(text) && !WITH_VALUE.test(words[at - 1]?.text ?? ''),
  );
}
