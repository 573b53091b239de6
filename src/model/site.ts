import type { LiveQuantity } from './live-quantity.ts';

/**
 * What multiplies a size: a variable or length that can be read while the program runs, the n-th
 * argument of the program (1 is the first), or the size of a file, whose name is known, is in a
 * variable, or is an argument.
 */
export type SizeFactor =
  | Exclude<LiveQuantity, number>
  | { readonly argument: number }
  | { readonly file: string }
  | { readonly fileNamed: string }
  | { readonly fileArgument: number };

/** `np.zeros((n, n))`: 8 bytes, times n, times n. */
export type SizeExpression = { readonly bytes: number; readonly times: readonly SizeFactor[] };

type SitePlace = {
  readonly line: number;
  /** As in the profile's functions; empty for code outside functions. */
  readonly function: string;
  /** First line of the innermost loop around it, in the same function. */
  readonly loopLine?: number;
  /** On one of several paths. */
  readonly isConditional?: true;
  /** Functions from which it can be reached, nearest first; an empty name is code outside functions. */
  readonly callers: readonly string[];
};

/** `what` is called there, or is the container that grows. */
export type SiteCost =
  | { readonly kind: 'allocation'; readonly what: string; readonly bytes: number }
  | { readonly kind: 'allocation'; readonly what: string; readonly expression: SizeExpression }
  /** A container grows each time; `bytes` is all that it comes to, where that is known. */
  | {
      readonly kind: 'growth';
      readonly what: string;
      readonly bytesPerRound: number;
      readonly bytes?: number;
    }
  /** Cores that are kept busy from here; absent: as many as there are. */
  | { readonly kind: 'parallel'; readonly what: string; readonly cores?: LiveQuantity }
  | { readonly kind: 'external'; readonly what: string }
  | { readonly kind: 'wait'; readonly what: string; readonly seconds?: number };

/** A place that costs something when the run comes there. */
export type Site = SitePlace & SiteCost;

/** One function of the file leads to another. */
export type CallStep = {
  /** Where; empty for code outside functions. */
  readonly function: string;
  readonly line: number;
  /** The function that is entered. */
  readonly calls: string;
  readonly loopLine?: number;
  /** On one of several paths. */
  readonly isConditional?: true;
  /** Handed to something that calls it, now or later: a pool, a thread, a callback. */
  readonly isHandedOver?: true;
};
