import { argumentsOf } from './callee.ts';
import type { Part } from './part.ts';
import type { Call, Unit } from './survey.ts';

/**
 * What a recursion reads on: no input is read twice, however often it branches. Either the place is
 * handed back (`at, value = parse(text, at)`), or something is taken from what is handed on
 * (`next(tokens)`, `self.advance()`) and nothing given back.
 */
export function readingOn(call: Call): Part | undefined {
  return isHandedBack(call) || isTakenFrom(call)
    ? { root: 'input', path: `@${call.node.start}`, isStrict: true, varies: true }
    : undefined;
}

function isHandedBack({ node }: Call): boolean {
  const assign = node.parent?.role === 'await' ? node.parent.parent : node.parent;
  const target = assign?.role === 'assign' ? assign.child('left') : undefined;
  if (target?.role !== 'tuple') return false;
  const given = new Set(argumentsOf(node).map(({ text }) => text));
  return target.children.some(({ role, text }) => role === 'name' && given.has(text));
}

function isTakenFrom({ node, unit }: Call): boolean {
  const given = argumentsOf(node).filter(({ role }) => role === 'name');
  if (given.some(({ text }) => unit.parameters.includes(text) && takesFrom(text, unit)))
    return true;
  const callee = node.child('callee')?.text ?? '';
  return /^(self|this)\./.test(callee) && readsItself(unit);
}

function takesFrom(name: string, { node: { text } }: Unit): boolean {
  const of = name.replaceAll('$', '\\$');
  return (
    new RegExp(
      `\\bnext\\(${of}\\b|\\b${of}\\.(next|read|get_?token|advance|consume|take)\\w*\\(`,
      'i',
    ).test(text) &&
    !new RegExp(`\\b${of}\\.(append|push|add|insert|unshift|put|extend|seek|un\\w+)\\(`).test(text)
  );
}

const READS =
  /\b(self|this)\.(pos|position|index|at|cursor|offset)\s*(\+=|\+\+)|\b(self|this)\.#?(get_?token|next|advance|consume|expect|eat|accept|read_?token)\w*\(/i;
const RETURNS =
  /\b(self|this)\.#?\w+\s*-=|\b(self|this)\.#?(pos|position|index|at|cursor|offset)\s*=\s*[A-Za-z]/i;

function readsItself({ node: { text } }: Unit): boolean {
  return READS.test(text) && !RETURNS.test(text);
}
