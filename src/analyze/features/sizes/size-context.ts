import type { Values } from '#analyze/features/bounds/values.ts';
import type { Survey, Unit } from '#analyze/features/survey.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';
import type { Size } from './allocator.ts';

/** Where an expression stands. Sizes and bytes of values ask each other, so one travels along. */
export type SizeContext = {
  readonly survey: Survey;
  readonly values: Values;
  readonly unit: Unit;
  readonly steps: number;
  readonly sizeOf: (node: SyntaxNode | undefined, context: SizeContext) => Size | undefined;
};
