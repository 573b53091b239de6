import type { LanguageSpec } from '#analyze/languages/language-spec.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';
import type { Unit } from '#analyze/features/survey.ts';

const OUTPUT =
  /\b(print|println|printf|write|puts|echo|console\.log|cout|Println|Printf|printLine|solve|append)\b/;
const READING =
  /\b(input|readline|readLine|next\w*|read\w*|stdin|parseInt|nextToken|ri|ria|ii|mi|li|inp|scanf|cin|gets|Scan\w*|nint|ni|nl)\s*(\(|>>|\.)/;
const SOLVES = /(^|[{;])\s*(\w+\.)?(solve|sol|main|run|test|case|work|go)\w*\(/m;

/** A body that does no more than call what solves a case; a name. */
const SHORT = 120;

/**
 * A loop over independent cases, each of which reads its own input: over all cases the work adds up
 * to the size of the whole input, so the class is that of one case.
 */
export function isCaseLoop(loop: SyntaxNode): boolean {
  const isCase = known.get(loop) ?? readsCases(loop);
  known.set(loop, isCase);
  return isCase;
}

/** Every addition in a loop asks. */
const known = new WeakMap<SyntaxNode, boolean>();

function readsCases(loop: SyntaxNode): boolean {
  const body = loop.child('body')?.text ?? '';
  if (body.length < SHORT && SOLVES.test(body)) return true;
  return READING.test(body) && OUTPUT.test(body) && isAnonymous(loop, body);
}

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
