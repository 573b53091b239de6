import type { Allocation, AllocationKey } from './allocation.ts';

/** What a program asks for ahead, as it was understood; docs/guides/hints.md has the protocol. */
export type Hint = {
  /** Zero withdraws what was asked for before. */
  readonly wants: Partial<Allocation>;
  readonly withinSeconds: number;
  readonly forSeconds: number;
  /** What the program calls what is to come. */
  readonly phase?: string;
  /** Several askers of one instance: a hint replaces only those of the same name. */
  readonly id: string;
};

export type HintMessage =
  | { readonly kind: 'hint'; readonly hint: Hint }
  /** It was meant as a hint, and this is what is wrong with it. */
  | { readonly kind: 'refused'; readonly reason: string };

/** What the hints in force hold up of one resource, and the sentence that says so. */
export type FloorPart = { readonly value: number; readonly text: string };
export type Floor = Partial<Readonly<Record<AllocationKey, FloorPart>>>;
