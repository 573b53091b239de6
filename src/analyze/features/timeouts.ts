import type { SyntaxNode } from '#analyze/syntax/node.ts';
import type { Call } from './survey.ts';

const TIMEOUT = /time_?out|deadline|AbortSignal|\bsignal\s*[:,}]|--max-time|\bwait_for\b/i;
/** Java, Go, C# and Rust set it on a context or a client beforehand, curl by an option of its own. */
const SET_BEFORE =
  /With(Timeout|Deadline)\b|set\w*Timeout\s*\(|\b[tT]ime_?[oO]ut\s*(\(|:|=[^=])|_TIMEOUT(_MS)?\s*,/;
const LONGEST_TEXT = 4000;
const MAX_STEPS = 6;

/** Does the call give up after some time? By its arguments, what wraps it, or how its object was `made`. */
export function hasTimeout({ node, unit }: Call, made: readonly SyntaxNode[]): boolean {
  if (TIMEOUT.test(argumentText(node)) || node.child('callee')?.text === 'timeout') return true;
  if (isWrapped(node)) return true;
  if (made.some((value) => TIMEOUT.test(clipped(value)))) return true;
  return unit.parent !== undefined && SET_BEFORE.test(clipped(unit.node));
}

function argumentText(call: SyntaxNode): string {
  return call.children
    .filter(({ slot }) => slot !== 'callee')
    .map(clipped)
    .join(' ');
}

/** `asyncio.wait_for(get(), 5)`, `with timeout(5):`, `timeout 5 curl …`. */
function isWrapped(node: SyntaxNode): boolean {
  let around = node.parent;
  for (let step = 0; around !== undefined && step < MAX_STEPS; step += 1, around = around.parent) {
    if (around.role === 'function') return false;
    const head =
      around.role === 'call' || around.role === 'with' ? clipped(around).split(/[\n{]/, 1)[0]! : '';
    if (TIMEOUT.test(head.slice(0, 120))) return true;
  }
  return false;
}

function clipped(node: SyntaxNode | undefined): string {
  return node?.text.slice(0, LONGEST_TEXT) ?? '';
}
