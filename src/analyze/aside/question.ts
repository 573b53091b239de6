import type { CodeReader } from '#analyze/code-reader.ts';

/** What one thread asks another. */
export type Question = {
  [Ask in keyof CodeReader]: { readonly ask: Ask; readonly about: Parameters<CodeReader[Ask]> };
}[keyof CodeReader];

export type Answer = {
  /** How much memory the thread holds, whatever it was asked before. */
  readonly heldBytes: number;
} & ({ readonly found: unknown } | { readonly problem: string });
