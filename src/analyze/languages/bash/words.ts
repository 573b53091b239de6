import type { SyntaxNode } from '#analyze/syntax/node.ts';

const GLOB = /(?<!\\)[*?]|\[[^\]]+\]/;
/** In quotes only these are more than one word. */
const MANY_IN_QUOTES = /\$@|\$\{@|\$\{\w+\[@\]/;
const SEQUENCE = /^(?:\$\(|`)\s*seq((?:\s+-?\d+){1,3})\s*(?:\)|`)$/;
const BRACES = /\{(-?\d+)\.\.(-?\d+)(?:\.\.(-?\d+))?\}|\{([^{},]*(?:,[^{},]*)+)\}/g;
const UNQUOTED: ReadonlySet<string> = new Set(['word', 'number', 'brace_expression']);

/**
 * How many words `for x in …` goes over; undefined where only a run shows it: arguments, arrays,
 * output of commands, names of files. `for x` alone goes over the arguments.
 */
export function wordsOf(loop: SyntaxNode): number | undefined {
  const words = wordsIn(loop.children.filter(({ slot }) => slot === 'iterable'));
  if (words.length === 0) return undefined;
  let total = 0;
  for (const parts of words) {
    const count = countOf(parts);
    if (count === undefined) return undefined;
    total += count;
  }
  return total;
}

/** `"$folder"/*.txt` is one word of two parts. */
function wordsIn(parts: readonly SyntaxNode[]): SyntaxNode[][] {
  const words: SyntaxNode[][] = [];
  for (const part of parts) {
    const word = words.at(-1);
    if (word?.at(-1)?.end === part.start) word.push(part);
    else words.push([part]);
  }
  return words;
}

function countOf(parts: readonly SyntaxNode[]): number | undefined {
  const sequence = SEQUENCE.exec(parts[0]!.text)?.[1];
  if (sequence !== undefined && parts.length === 1)
    return sequenceCount(sequence.trim().split(/\s+/).map(Number));
  if (!parts.every(isFixed)) return undefined;
  const unquoted = parts.filter(({ type }) => UNQUOTED.has(type)).map(({ text }) => text);
  let count = 1;
  for (const [, first, last, step = '1', list = ''] of unquoted.join('').matchAll(BRACES))
    count *=
      first === undefined
        ? list.split(',').length
        : Math.floor(Math.abs(Number(last) - Number(first)) / Math.abs(Number(step) || 1)) + 1;
  return count;
}

function isFixed({ type, text }: SyntaxNode): boolean {
  if (UNQUOTED.has(type)) return !GLOB.test(text);
  if (type === 'string') return !MANY_IN_QUOTES.test(text);
  return type === 'raw_string' || type === 'ansi_c_string';
}

/** `seq last`, `seq first last`, `seq first step last`. */
function sequenceCount(numbers: readonly number[]): number | undefined {
  const first = numbers.length === 1 ? 1 : numbers[0]!;
  const step = numbers.length === 3 ? numbers[1]! : 1;
  return step === 0 ? undefined : Math.max(0, Math.floor((numbers.at(-1)! - first) / step) + 1);
}
