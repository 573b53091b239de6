import type { Language } from '#model/execution.ts';

/** One function as both count it. */
export type Pair = {
  readonly where: string;
  readonly text: string;
  readonly ours: number;
  readonly theirs: number;
};

/** True when the occurrences of what is meant to differ can add up to the difference. */
export function reasonFor(language: Language, { text, ours, theirs }: Pair): string | undefined {
  const code = text.replaceAll(NOT_CODE[language] ?? LIKE_C, ' ');
  const found = (INTENDED[language] ?? []).flatMap(({ name, pattern, adds }) => {
    const times = code.match(pattern)?.length ?? 0;
    return times > 0 ? [{ name, times, adds }] : [];
  });
  const free = found.some(({ adds }) => adds === 'any');
  if (free) return 'inside';
  let reachable = new Set([0]);
  for (const { times, adds } of found) {
    const sums = [...reachable];
    reachable = new Set(
      sums.flatMap((sum) =>
        Array.from({ length: times + 1 }, (_, count) => sum + count * Number(adds)),
      ),
    );
  }
  return reachable.has(ours - theirs) ? found.map(({ name }) => name).join(', ') : undefined;
}

/** Strings and comments could hold words that look like code. */
const NOT_CODE: Partial<Record<Language, RegExp>> = {
  python: /#.*|"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g,
  ruby: /#(?!\{).*|'(?:[^'\\]|\\.)*'/g,
};
const LIKE_C = /\/\/.*|\/\*[\s\S]*?\*\/|"(?:[^"\\]|\\.)*"|'(?:[^'\\\n]|\\.)+'/g;

type Difference = {
  readonly name: string;
  readonly pattern: RegExp;
  /**
   * What one occurrence adds to ours and not to theirs: 1, or -1 the other way round. 'any': what
   * stands in it counts here for the function around it, there for itself.
   */
  readonly adds: 1 | -1 | 'any';
};

const SCRIPT: readonly Difference[] = [
  { name: 'default value of a parameter', pattern: /=/g, adds: 1 },
  { name: '?. and ??', pattern: /\?[.?]/g, adds: 1 },
  { name: '&&=, ||=, ??=', pattern: /(?:&&|\|\||\?\?)=/g, adds: 1 },
  { name: '??, read as two', pattern: /\?\?/g, adds: -1 },
  { name: 'code in a template string', pattern: /\$\{/g, adds: 1 },
  { name: 'catch', pattern: /\bcatch\b/g, adds: -1 },
  { name: 'function inside', pattern: /=>|\bfunction\b/g, adds: -1 },
];

const LIKE_C_TEXT: readonly Difference[] = [
  {
    name: 'condition of the preprocessor',
    pattern: /^\s*#\s*(?:if|ifdef|ifndef|elif)\b/gm,
    adds: -1,
  },
];

/** What is meant to differ; docs/guides/complexity.md says why. */
const INTENDED: Partial<Record<Language, readonly Difference[]>> = {
  python: [
    { name: 'finally', pattern: /\bfinally\s*:/g, adds: -1 },
    { name: 'assert', pattern: /^\s*assert\b/gm, adds: 1 },
    { name: 'else of a loop or try', pattern: /^\s*else\s*:/gm, adds: 1 },
    { name: 'lambda', pattern: /\blambda\b/g, adds: 1 },
    { name: 'case', pattern: /^\s*case\b/gm, adds: 1 },
  ],
  rust: [
    { name: 'match: its arms, not the word', pattern: /\bmatch\b/g, adds: -1 },
    { name: 'arm of a match', pattern: /=>/g, adds: 1 },
    { name: 'where', pattern: /\bwhere\b/g, adds: -1 },
    { name: '?', pattern: /\?(?!Sized)/g, adds: 1 },
    { name: '?Sized', pattern: /\?Sized/g, adds: -1 },
    { name: 'loop', pattern: /\bloop\b/g, adds: 1 },
    { name: 'closure without arguments', pattern: /\|\|/g, adds: -1 },
    { name: 'for<…> and impl … for', pattern: /\bfor\b/g, adds: -1 },
    { name: 'macro', pattern: /\w+!\s*[({[]/g, adds: -1 },
    { name: 'function inside', pattern: /\bfn\b[\s\S]*\bfn\b/g, adds: 'any' },
  ],
  go: [
    { name: 'function literal', pattern: /\bfunc\b[\s\S]*\bfunc\b/g, adds: 'any' },
    { name: 'switch with default', pattern: /\bdefault\s*:/g, adds: -1 },
    { name: 'select', pattern: /\bselect\b/g, adds: 1 },
  ],
  java: [{ name: '? of a wildcard type', pattern: /<\s*\?|,\s*\?/g, adds: -1 }],
  javascript: SCRIPT,
  typescript: [
    ...SCRIPT,
    { name: '? of a type or an optional member', pattern: /\?\s*[:,)]/g, adds: -1 },
    { name: 'conditional type', pattern: /\bextends\b/g, adds: 1 },
  ],
  c: LIKE_C_TEXT,
  cpp: [
    ...LIKE_C_TEXT,
    { name: '&& of a reference', pattern: /&&/g, adds: -1 },
    { name: 'function inside', pattern: /\[[&=\w, ]*\]\s*\(|\bstruct\b|\bclass\b/g, adds: 'any' },
  ],
  php: [
    { name: '? of a type', pattern: /\?\s*\\?\w+\s*(?:\$|[;{=])|\?self|\)\s*:\s*\?/g, adds: -1 },
    { name: '??', pattern: /\?\?/g, adds: 1 },
    { name: '?:', pattern: /\?:/g, adds: 1 },
    { name: 'and, or, xor', pattern: /\b(?:and|or|xor)\b/g, adds: 1 },
    { name: 'match: its arms, not the word', pattern: /\bmatch\b/g, adds: -1 },
    { name: 'arm of a match', pattern: /=>/g, adds: 1 },
    { name: 'function inside', pattern: /\bfunction\b[\s\S]*\b(?:function|fn)\b/g, adds: 'any' },
  ],
  ruby: [
    { name: 'ensure', pattern: /\bensure\b/g, adds: -1 },
    { name: 'unless', pattern: /\bunless\b/g, adds: 1 },
    { name: '? of a name or character', pattern: /\?/g, adds: -1 },
    { name: 'conditional', pattern: /\?/g, adds: 1 },
    { name: '||= and &&=', pattern: /(?:\|\||&&)=/g, adds: 1 },
    { name: 'code in a string', pattern: /#\{/g, adds: 1 },
    { name: 'in', pattern: /\bin\b/g, adds: 1 },
    { name: 'empty block arguments', pattern: /\|\|/g, adds: -1 },
  ],
  csharp: [
    { name: '? of a type or of ?.', pattern: /\?/g, adds: -1 },
    { name: 'foreach', pattern: /\bforeach\b/g, adds: 1 },
    { name: 'arm of a switch expression', pattern: /=>/g, adds: 1 },
    { name: 'guard', pattern: /\bwhen\b/g, adds: 1 },
    { name: '??=', pattern: /\?\?=/g, adds: 1 },
    { name: '#if: each arm', pattern: /^\s*#\s*(?:if|elif|else)/gm, adds: -1 },
  ],
};
