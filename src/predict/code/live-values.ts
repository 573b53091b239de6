import type { ComplexityProfile, LiveBound, LoopProfile } from '#model/complexity.ts';
import type { KnownInput } from '#model/known-input.ts';
import type { LiveQuantity } from '#model/live-quantity.ts';
import type { ProbeLook } from '#model/probe.ts';
import type { SizeExpression, SizeFactor } from '#model/site.ts';

/** Nothing that a program makes is larger; a claim beyond it is a lie or a mistake. */
const MOST_BYTES = 2 ** 46;
const MOST_ELEMENTS = 2 ** 42;

/** A loop whose number of rounds is the value of a variable or the length of a container. */
type CountedLoop = { readonly line: number; readonly within: string; readonly name: string };

/**
 * What the factors of a size are worth now: from arguments and files before the program starts, and
 * from what a probe reads of its variables, containers and loops. All of it is the program's word.
 * Lifecycle: see (each look) → of, bytesOf.
 */
export class LiveValues {
  readonly #input: KnownInput;
  readonly #counted: readonly CountedLoop[];
  #values = new Map<string, number>();

  constructor(profile: ComplexityProfile, input: KnownInput) {
    this.#input = input;
    this.#counted = [
      ...profile.loops.flatMap((loop) => counted(loop, '')),
      ...profile.functions.flatMap(({ name, loops }) =>
        loops.flatMap((loop) => counted(loop, name)),
      ),
    ];
  }

  see(look: ProbeLook): void {
    this.#values = new Map();
    for (const container of look.containers)
      this.#values.set(keyOf(container.function, `len(${container.name})`), container.length);
    for (const { firstLine, total } of look.loops)
      for (const { line, within, name } of this.#counted)
        if (line === firstLine) this.#values.set(keyOf(within, name), total);
    for (const { function: within, name, value } of look.values)
      this.#values.set(keyOf(within, name), value);
  }

  /** In which function it stands matters: `n` is another number elsewhere. Undefined when unknown. */
  of(quantity: LiveQuantity | SizeFactor, within: string): number | undefined {
    const value = typeof quantity === 'number' ? quantity : this.#read(quantity, within);
    return value !== undefined && value >= 0 && value <= MOST_ELEMENTS ? value : undefined;
  }

  /** Example: 8 bytes, times n = 10,000, times n: 800 MB. */
  bytesOf({ bytes, times }: SizeExpression, within: string): number | undefined {
    let product = bytes;
    for (const factor of times) product *= this.of(factor, within) ?? Number.NaN;
    return product >= 0 && product <= MOST_BYTES ? product : undefined;
  }

  #read(factor: SizeFactor, within: string): number | undefined {
    if ('name' in factor) return this.#values.get(keyOf(within, factor.name));
    if ('length' in factor) return this.#values.get(keyOf(within, `len(${factor.length})`));
    if ('argument' in factor) return numberIn(this.#input.arguments[factor.argument - 1]);
    if ('file' in factor) return this.#input.fileBytes.get(factor.file);
    if ('fileArgument' in factor)
      return this.#input.fileBytes.get(this.#input.arguments[factor.fileArgument - 1] ?? '');
    return undefined;
  }
}

/** While it runs, a method has the name of its function alone, and module level several. */
function keyOf(within: string, name: string): string {
  const own = within.slice(within.lastIndexOf('.') + 1);
  return `${own === '<module>' ? '' : own} ${name}`;
}

function counted({ startLine, live }: LoopProfile, within: string): CountedLoop[] {
  const name = live === undefined ? undefined : boundOf(live);
  return name === undefined ? [] : [{ line: startLine, within, name }];
}

function boundOf(live: LiveBound): string | undefined {
  if (live.kind === 'each') return `len(${live.over})`;
  const { from, to, step } = live;
  if (from !== 0 || step !== 1 || typeof to === 'number') return undefined;
  return 'name' in to ? to.name : `len(${to.length})`;
}

function numberIn(argument: string | undefined): number | undefined {
  return argument === undefined || argument.trim() === '' ? undefined : Number(argument);
}
