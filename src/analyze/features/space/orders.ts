import {
  CONSTANT,
  EXPONENTIAL,
  LINEAR,
  LOG,
  times,
  type Growth,
} from '#analyze/features/bounds/growth.ts';
import { iterationsOf } from '#analyze/features/bounds/iterations.ts';
import { Values } from '#analyze/features/bounds/values.ts';
import { calleeName, lastPart } from '#analyze/features/callee.ts';
import { sizeContext, sizeOf } from '#analyze/features/sizes/size-of.ts';
import type { Unit } from '#analyze/features/survey.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';
import type { SpaceInput } from './space-input.ts';

/** Doubling sizes of input: how an allocation grows from one to the next gives its order. */
const INPUT_SIZES = [128, 256, 512] as const;
const LARGEST_POWER = 8;
const ALLOCATING = new Set([
  'binary',
  'list',
  'tuple',
  'set',
  'dict',
  'comprehension',
  'call',
  'new',
  'array',
  'cast',
]);
/** Library calls that give a new container as long as what they are given. */
const COPIES =
  /^(list|tuple|set|dict|sorted|frozenset|deque|Counter|readlines|read|split|splitlines|toCharArray|clone|copy|deepcopy|slice|map|filter|concat|toArray|collect|ReadAll|ReadFile|readFileSync|readAllBytes|readAllLines|copyOf|copyOfRange|keys|values|entries|to_a|chars|lines|to_vec|cloned)$/;

// create → of(node, unit) for any expression; values for each size of input are made on first use.
export class Orders {
  readonly #input: SpaceInput;
  #atSizes: readonly Values[] | undefined;

  constructor(input: SpaceInput) {
    this.#input = input;
  }

  /** How what an expression allocates grows with input. */
  of(node: SyntaxNode | undefined, unit: Unit): Growth {
    if (node === undefined || !ALLOCATING.has(node.role)) return CONSTANT;
    if (node.children.length === 0) return CONSTANT;
    return this.#measured(node, unit) ?? this.#byShape(node, unit);
  }

  /** Evaluates the size for three sizes of input; differences leave constant parts out. */
  #measured(node: SyntaxNode, unit: Unit): Growth | undefined {
    const { survey, graph, values: known, deadline } = this.#input;
    if (sizeOf(node, sizeContext({ survey, values: known, unit })) !== undefined) return CONSTANT;
    this.#atSizes ??= INPUT_SIZES.map(
      (size) => new Values({ survey, graph, deadline, iterationsOf }, size),
    );
    const bytes: number[] = [];
    for (const values of this.#atSizes) {
      const size = sizeOf(node, sizeContext({ survey, values, unit }));
      if (size === undefined) return undefined;
      bytes.push(size.bytes);
    }
    return orderOf(bytes);
  }

  #byShape(node: SyntaxNode, unit: Unit): Growth {
    if (node.role === 'comprehension') return this.#comprehension(node, unit);
    if (node.role === 'cast') return this.of(node.child('value') ?? node.children.at(-1), unit);
    if (node.role !== 'call') return CONSTANT;
    return COPIES.test(lastPart(calleeName(node, this.#input.survey.imports))) ? LINEAR : CONSTANT;
  }

  #comprehension(node: SyntaxNode, unit: Unit): Growth {
    const clauses = node.children.filter(({ role }) => role === 'comprehensionFor');
    const rounds = clauses
      .map((clause) => iterationsOf(clause, unit, this.#input.values).growth)
      .reduce((a, b) => times(a, b), CONSTANT);
    return times(rounds, this.of(node.child('body') ?? node.children[0], unit));
  }
}

/** Worked: 8·128 + 56, 8·256 + 56, 8·512 + 56 differ by 1024 and 2048, a factor of 2¹: n. */
export function orderOf(bytes: readonly number[]): Growth {
  const [first, second, third] = bytes as [number, number, number];
  if (![first, second, third].every(Number.isFinite)) return EXPONENTIAL;
  if (third <= first) return CONSTANT;
  const power = second > first ? Math.log2((third - second) / (second - first)) : LARGEST_POWER;
  if (power > LARGEST_POWER) return EXPONENTIAL;
  const poly = Math.max(0, Math.round(power * 2) / 2);
  return poly === 0 ? LOG : { poly, log: 0, exponential: false };
}
