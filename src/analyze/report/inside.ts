import type {
  ComplexityProfile,
  DataStructure,
  FunctionProfile,
  LoopProfile,
} from '#model/complexity.ts';
import { bigO } from './wording.ts';

const MOST_CALLS = 5;

/** A loop in the words that all formats share. */
export type LoopWords = {
  /** `16–19`, or `16`. */
  readonly lines: string;
  readonly startLine: number;
  /** 1 for a loop that no other loop of the same function surrounds. */
  readonly depth: number;
  /** `over urls (n)`, `over range(100): 100 times`. */
  readonly bound: string;
  /** `O(n²) in all`: every round with what is inside it; undefined where unknown. */
  readonly whole: string | undefined;
  /** `calls out: requests.get (http)`, `out grows`, both of the innermost loop; `calls parse, print`, inner loops included. */
  readonly inside: readonly string[];
};

/** The loops of a function, or those outside every function, in the order of the code. */
export function loopWords(
  loops: readonly LoopProfile[],
  profile: Pick<ComplexityProfile, 'externalCalls' | 'dataStructures'>,
): LoopWords[] {
  const around = ({ line }: { readonly line: number }) => innermost(loops, line);
  const calls = Map.groupBy(
    profile.externalCalls.filter(({ loopLine }) => loopLine !== undefined),
    around,
  );
  const structures = Map.groupBy(profile.dataStructures, around);
  return loops.map((loop) => {
    const out = calls.get(loop) ?? [];
    return {
      lines: linesText(loop),
      startLine: loop.startLine,
      depth: loop.depth,
      bound: boundText(loop),
      whole: loop.class === undefined ? undefined : `${bigO(loop.class)} in all`,
      inside: [
        ...(out.length > 0 ? [`calls out: ${externalsText(out)}`] : []),
        ...buildsTexts(structures.get(loop) ?? [], loop),
        ...callsText(loop, out),
      ],
    };
  });
}

/** `branching, memoised: T(n) = T(n-1) + T(n-2) + 1`; undefined where nothing recurs. */
export function recursionWords({ recursion, recurrence }: FunctionProfile): string | undefined {
  if (recursion === 'none') return undefined;
  const memoised = recurrence?.memoised === true ? ', memoised' : '';
  return `${recursion}${memoised}${recurrence === undefined ? '' : `: ${recurrence.text}`}`;
}

/** `3–7`, or `3` where it ends on the line that it starts on. */
export function linesText({ startLine, endLine }: Pick<LoopProfile, 'startLine' | 'endLine'>) {
  return endLine > startLine ? `${startLine}–${endLine}` : String(startLine);
}

/** One line of text for a loop, without its place. */
export function loopText({ bound, whole, inside }: LoopWords): string {
  return [bound, ...(whole === undefined ? [] : [whole]), ...inside].join('; ');
}

function boundText({ bound, kind }: LoopProfile): string {
  const known = bound.count === undefined ? ` (${bound.symbol})` : '';
  return `${kind === 'comprehension' ? 'comprehension ' : ''}${bound.words}${known}`;
}

function innermost(loops: readonly LoopProfile[], at: number): LoopProfile | undefined {
  let found: LoopProfile | undefined;
  for (const loop of loops)
    if (loop.startLine <= at && at <= loop.endLine && loop.depth > (found?.depth ?? 0))
      found = loop;
  return found;
}

function externalsText(calls: ComplexityProfile['externalCalls']): string {
  return [...new Set(calls.map(({ callee, kind }) => `${callee} (${kind})`))].join(', ');
}

function buildsTexts(structures: readonly DataStructure[], { startLine }: LoopProfile): string[] {
  const inside = structures.filter(({ line, grows }) => grows || line > startLine);
  return [
    ...new Set(inside.map(({ kind, grows }) => (grows ? `${kind} grows` : `builds a ${kind}`))),
  ];
}

/** Those that leave the process are told apart. */
function callsText({ calls }: LoopProfile, out: ComplexityProfile['externalCalls']): string[] {
  const told = new Set(out.map(({ callee }) => callee));
  const names = calls.filter((name) => !told.has(name));
  if (names.length === 0) return [];
  const more = names.length > MOST_CALLS ? ` and ${names.length - MOST_CALLS} more` : '';
  return [`calls ${names.slice(0, MOST_CALLS).join(', ')}${more}`];
}
