import type { ComplexityProfile, LoopProfile } from '#model/complexity.ts';
import type { CallStep, Site } from '#model/site.ts';

export type Step =
  | { readonly kind: 'site'; readonly line: number; readonly site: Site }
  | { readonly kind: 'call'; readonly line: number; readonly call: CallStep };

/** A loop of so few rounds is over soon. */
const FEW_ROUNDS = 32;

/** A round of a comprehension takes some 50 ns: so many last longer than from one look to the next. */
const MANY_ROUNDS = 1_000_000;

export type LastingLoop = Pick<LoopProfile, 'startLine' | 'endLine'>;

type FunctionMap = { readonly steps: Step[]; readonly loops: LastingLoop[] };

const NOTHING: FunctionMap = { steps: [], loops: [] };

/** Each function as what a run comes to in it, in order; module level under an empty name. */
export class CodeMap {
  readonly #functions = new Map<string, FunctionMap>();

  constructor(profile: ComplexityProfile) {
    this.#add('', profile.loops);
    for (const { name, loops } of profile.functions) this.#add(name, loops);
    // What is worked out first stands first: arguments before what takes them.
    for (const call of profile.functionOrder ?? [])
      this.#functions.get(call.function)?.steps.push({ kind: 'call', line: call.line, call });
    for (const site of profile.sites ?? [])
      this.#functions.get(site.function)?.steps.push({ kind: 'site', line: site.line, site });
    for (const { steps } of this.#functions.values())
      steps.sort((one, other) => one.line - other.line);
  }

  of(name: string): FunctionMap {
    return this.#functions.get(name) ?? NOTHING;
  }

  /** Sites in a line, those of functions written there included: `new Promise((done) => setTimeout(…))`. */
  at(name: string, line: number): readonly Site[] {
    const inLine = this.of(name).steps.filter((step) => step.line === line);
    return inLine.flatMap((step) => {
      if (step.kind === 'site') return [step.site];
      if (step.call.isHandedOver !== true || step.call.calls === name) return [];
      return this.of(step.call.calls).steps.flatMap((inner) =>
        inner.kind === 'site' && inner.line === line ? [inner.site] : [],
      );
    });
  }

  #add(name: string, loops: readonly LoopProfile[]): void {
    const lasting = loops.filter(({ kind, bound: { count } }) =>
      kind === 'comprehension' ? (count ?? 0) >= MANY_ROUNDS : (count ?? Infinity) > FEW_ROUNDS,
    );
    this.#functions.set(name, { steps: [], loops: lasting });
  }
}

/** The innermost loop around a line. */
export function loopAround(loops: readonly LastingLoop[], line: number): LastingLoop | undefined {
  let found: LastingLoop | undefined;
  for (const loop of loops)
    if (loop.startLine <= line && line <= loop.endLine)
      if (found === undefined || loop.startLine >= found.startLine) found = loop;
  return found;
}

export function loopFrom(loops: readonly LastingLoop[], line: number): LastingLoop | undefined {
  return loops.find(({ startLine }) => startLine === line);
}
