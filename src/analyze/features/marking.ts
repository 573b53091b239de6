import type { SyntaxNode } from '#analyze/syntax/node.ts';
import type { Unit } from './survey.ts';

/** Functions are shorter; data that is written out is not. */
const LONGEST_TEXT = 20_000;
const MOST_NAMES = 32;
const PARENT = /^(p|par|parent|pr|pre|prev|fa|father|from|f|last|e)$/i;

/** Calls that store under a key. */
const STORING = 'add|put|set|insert|store|emplace|try_emplace|Add|TryAdd|Set|Store';
const ASKING =
  'get|has|contains|containsKey|contains_key|ContainsKey|TryGetValue|count|find|includes|Load|fetch|(?:has_|include|member)?key\\?|include\\?|member\\?';

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
  const added = [
    ...text.matchAll(new RegExp(`\\b([A-Za-z_]\\w*)(?:\\.|->)(?:${STORING})\\(`, 'g')),
  ].map(([, name]) => name!);
  const removed = (name: string) =>
    new RegExp(`\\b${name}(\\.|->)(remove|discard|delete|pop|erase|Remove)\\(`).test(text);
  return (
    [...new Set([...names, ...added.filter((name) => !removed(name)), ...referredTo(text)])]
      .slice(0, MOST_NAMES)
      .some((name) => isLookedUp(name, text)) || avoidsParent(unit)
  );
}

function isTakenBack(values: readonly (SyntaxNode | undefined)[]): boolean {
  const texts = new Set(values.map((value) => value?.text.toLowerCase()));
  return (texts.has('true') && texts.has('false')) || (texts.has('1') && texts.has('0'));
}

/** `memo` of `$this->memo[$n]`, `@memo[n]`, `self.memo[n][m]`. */
function baseName(target: string): string {
  return target
    .replace(/\[.*$/s, '')
    .replace(/^.*(\.|->|::)/s, '')
    .replace(/^[$@#]+/, '');
}

/** `long &known = table[i][j]; … known = …` stores to the table. */
function referredTo(text: string): string[] {
  return [...text.matchAll(/&\s{0,9}(\w{1,40})\s{0,9}=\s{0,9}(\w{1,40})\[/g)].flatMap(
    ([, alias, table]) =>
      new RegExp(`[^&\\s\\w]\\s*(return\\s+)?\\b${alias}\\s*=[^=]`).test(text) ? table! : [],
  );
}

function isLookedUp(name: string, text: string): boolean {
  if (!/^\w+$/.test(name)) return false;
  const question = '(?:if|unless|while|return|match|switch|&&|\\|\\||and|or|\\[\\[)';
  // Braces open blocks, but not those of `${table[key]}`.
  const between = '(?:[^\\n;{]|\\$\\{){0,200}?';
  const looked = [
    `${question}${between}\\b${name}\\b\\s*(?:\\[|(?:\\.|->)(?:${ASKING})(?!\\w))`,
    `(?:not\\s+)?\\bin\\s+(?:self\\.)?${name}\\b`,
    `\\b${name}\\[[^\\n]{0,200}?\\]\\s*(?:\\|\\||\\?\\?)=`,
    `\\b${name}\\.(?:fetch|computeIfAbsent|GetOrAdd|setdefault)\\b`,
    `array_key_exists\\([^\\n;]{0,200}?\\b${name}\\b`,
  ];
  return new RegExp(looked.join('|')).test(text) || isAskedFirst(name, text);
}

/** `const known = table.get(key); if (known !== undefined) return known;` */
function isAskedFirst(name: string, text: string): boolean {
  const asked = new RegExp(
    `(\\w{1,40})\\s{0,9}:?=\\s{0,9}[\\w.#$@>-]{0,80}\\b${name}\\b(\\[|(\\.|->)(get|find|Load)\\b)`,
  );
  const answer = asked.exec(text)?.[1];
  return (
    answer !== undefined && new RegExp(`\\b(if|unless)\\b[^\\n{]{0,200}\\b${answer}\\b`).test(text)
  );
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
