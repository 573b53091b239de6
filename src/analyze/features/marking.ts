import type { SyntaxNode } from '#analyze/syntax/node.ts';
import type { Unit } from './survey.ts';

/** Functions are shorter; data that is written out is not. */
const LONGEST_TEXT = 20_000;
const MOST_NAMES = 32;
const PARENT = /^(p|par|parent|pr|pre|prev|fa|father|from|f|last|e)$/i;

/**
 * What stops a recursion from visiting a place twice: a table that it stores to and looks up
 * (memo, visited), a set it adds to, or the parent it does not go back to.
 */
export function marksVisited(unit: Unit): boolean {
  const text = unit.node.text.slice(0, LONGEST_TEXT);
  const stored = [...unit.assignments].filter(([target]) => target.endsWith(']'));
  // Backtracking sets a mark before the call and takes it back after it.
  const names = stored
    .filter(([, all]) => !isTakenBack(all.map(({ value }) => value)))
    .map(([target]) => baseName(target));
  const added = [...text.matchAll(/\b([A-Za-z_]\w*)\.(add|put|set|insert)\(/g)].map(
    ([, name]) => name!,
  );
  const removed = (name: string) =>
    new RegExp(`\\b${name}\\.(remove|discard|delete|pop)\\(`).test(text);
  return (
    [...new Set([...names, ...added.filter((name) => !removed(name))])]
      .slice(0, MOST_NAMES)
      .some((name) => isLookedUp(name, text)) || avoidsParent(unit)
  );
}

function isTakenBack(values: readonly (SyntaxNode | undefined)[]): boolean {
  const texts = new Set(values.map((value) => value?.text.toLowerCase()));
  return (texts.has('true') && texts.has('false')) || (texts.has('1') && texts.has('0'));
}

function baseName(target: string): string {
  return target.replace(/\[.*$/s, '').replace(/^.*\./s, '');
}

function isLookedUp(name: string, text: string): boolean {
  if (!/^\w+$/.test(name)) return false;
  const at = `\\b${name}\\b`;
  return (
    new RegExp(
      `(if|while|return|&&|\\|\\||and|or)[^\\n;{]{0,200}?${at}\\s*(\\[|\\.(get|has|contains|containsKey|count|find|includes)\\b)|(not\\s+)?in\\s+(self\\.)?${name}\\b`,
    ).test(text) || isAskedFirst(name, text)
  );
}

/** `const known = table.get(key); if (known !== undefined) return known;` */
function isAskedFirst(name: string, text: string): boolean {
  const asked = new RegExp(
    `(\\w{1,40})\\s{0,9}:?=\\s{0,9}[\\w.#$]{0,80}\\b${name}\\b(\\[|\\.get\\b)`,
  );
  const answer = asked.exec(text)?.[1];
  return answer !== undefined && new RegExp(`\\bif\\b[^\\n{]{0,200}\\b${answer}\\b`).test(text);
}

/** `if v != parent: dfs(v, u)` on a tree. */
function avoidsParent(unit: Unit): boolean {
  if (unit.parameters.length < 2 || unit.loops.length === 0) return false;
  return unit.parameters.some(
    (name) =>
      PARENT.test(name) &&
      new RegExp(
        `(!=|==|is not)\\s*${name.replaceAll(/\W/g, '')}\\b|\\b${name.replaceAll(/\W/g, '')}\\s*(!=|==)`,
      ).test(unit.node.text.slice(0, LONGEST_TEXT)),
  );
}
