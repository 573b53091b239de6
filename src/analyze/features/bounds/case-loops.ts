import type { LanguageSpec } from '#analyze/languages/language-spec.ts';
import { keptWithSource } from '#analyze/syntax/kept-with.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';
import { functionName } from '#analyze/features/function-names.ts';
import type { Unit } from '#analyze/features/survey.ts';

/** Answers, keeps what was read, or goes through it: reading alone is a loop like any. */
const WORKS =
  /\b(print|println|printf|write|puts|echo|console\.log|cout|Println|Printf|printLine|solve|append|for|while)\b/;
const READING =
  /\b(input|readline|readLine|next\w*|read\w*|stdin|parseInt|nextToken|ri|ria|ii|mi|li|inp|scanf|cin|gets|Scan\w*|nint|ni|nl)\s*(\(|>>|\.)/;
const SOLVES = /(?:^|[{;])\s*(?:[\w()]+\.|new )*((?:solve|sol|main|run|test|case|work|go)\w*)\(/im;
/** Whoever is handed the reader reads. */
const HANDS_READER = /[(,]\s*(in|inp|input|sc|scan|scanner|br|reader|fs)\s*[,)]/;
/** What is looked at for what the number of cases is read from. */
const LONGEST_PROGRAM = 20_000;

/** A body that does no more than call what solves a case; a name. */
const SHORT = 120;

/**
 * A loop over independent cases, each of which reads its own input: over all cases the work adds up
 * to the size of the whole input, so the class is that of one case.
 */
export function isCaseLoop(loop: SyntaxNode): boolean {
  const known = caseLoops(loop);
  const isKnown = known.get(loop);
  if (isKnown !== undefined) return isKnown;
  const isCase = readsCases(loop);
  known.set(loop, isCase);
  return isCase;
}

/** Every addition in a loop asks. */
const caseLoops = keptWithSource(() => new Map<SyntaxNode, boolean>());

function readsCases(loop: SyntaxNode): boolean {
  const body = loop.child('body')?.text ?? '';
  if (!isAnonymous(loop, body)) return HANDS_READER.test(body) && onlySolves(loop, body);
  return (READING.test(body) && WORKS.test(body)) || onlySolves(loop, body);
}

/** `for _ in range(int(input())): solve()`: what it calls is the program's own. */
function onlySolves(loop: SyntaxNode, body: string): boolean {
  const solve = body.length < SHORT ? SOLVES.exec(body)?.[1] : undefined;
  if (solve === undefined) return false;
  const root = rootOf(loop);
  return ownNames(root).has(solve) && isBoundRead(loop, root);
}

/** Of `range(t)`, `i < t` and `t--`: whether a name in it is read from input, or is one. */
function isBoundRead(loop: SyntaxNode, root: SyntaxNode): boolean {
  const bound = (loop.child('iterable') ?? loop.child('condition'))?.text.slice(0, SHORT) ?? '';
  if (READING.test(bound) || /^range\(1\)$/.test(bound)) return true;
  const program = root.text.slice(0, LONGEST_PROGRAM);
  return (bound.match(/[A-Za-z_]\w*/g) ?? []).some((name) => {
    const isOne = new RegExp(`\\b${name}\\s*=(.*(else|:))?\\s*1[;)]*\\s*$`);
    const isSet = new RegExp(`\\b${name}\\b[^=]*=[^=]|(>>|&)\\s*${name}\\b`);
    const lines = program.match(new RegExp(`^.*\\b${name}\\b.*$`, 'gm')) ?? [];
    return lines.some((line) => isOne.test(line) || (isSet.test(line) && READING.test(line)));
  });
}

function rootOf(node: SyntaxNode): SyntaxNode {
  let root = node;
  while (root.parent !== undefined) root = root.parent;
  return root;
}

/** The names of all functions of a program. */
function ownNames(root: SyntaxNode): ReadonlySet<string> {
  return (ownNamesKept(root).names ??= namesIn(root));
}

function namesIn(root: SyntaxNode): ReadonlySet<string> {
  const names = new Set<string>();
  const stack = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node.role === 'function' || node.role === 'closure') names.add(functionName(node));
    for (const child of node.children) stack.push(child);
  }
  return names;
}

const ownNamesKept = keptWithSource((): { names?: ReadonlySet<string> } => ({}));

/** The counter only counts: `for _ in range(t)`, `while t: t -= 1`. */
function isAnonymous(loop: SyntaxNode, body: string): boolean {
  const variable =
    loop.child('variable') ??
    loop.child('initializer')?.children[0]?.child('left') ??
    loop.child('initializer')?.child('left');
  if (variable === undefined && /(\*|\/|>>)=/.test(body)) return false;
  if (variable === undefined)
    return /^\(?\s*\w+\s*(--\s*)?((>|!=)\s*0)?\s*\)?$|^--\s*\w+|^\(?\s*\w+\s*--/.test(
      loop.child('condition')?.text ?? '',
    );
  if (variable.text.length > SHORT) return false;
  const uses =
    body.match(new RegExp(`\\b${variable.text.replaceAll(/[^\w]/g, '\\$&')}\\b`, 'g'))?.length ?? 0;
  return uses === 0;
}

/** Functions that only fetch the next number or word: their loops run over characters. */
export function isReader(unit: Unit, { library }: LanguageSpec): boolean {
  if (
    !/^(next|read|get|n[ilds]$|skip|has|is(Space|Printable|SpaceChar|EndOfLine|NewLine)|flush|peek|fill|print|ini|scan|in$)/i.test(
      unit.name,
    )
  )
    return false;
  if (unit.loops.some(({ node }) => node.role === 'for' || node.role === 'each')) return false;
  return (
    unit.calls.some(
      ({ name }) => library.input.test(name) || /(read|next|peek|write|print)\w*$/i.test(name),
    ) || unit.loops.length === 0
  );
}
