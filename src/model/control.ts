import type { Allocation } from './allocation.ts';

/** What a user may tell a run that goes on. Manual beats automatic: a resize locks until unlocked. */
export type ControlRequest =
  | { readonly kind: 'set'; readonly changes: Readonly<Record<string, string>> }
  | { readonly kind: 'resize'; readonly sizes: Partial<Allocation> }
  | { readonly kind: 'lock' }
  | { readonly kind: 'unlock' }
  | { readonly kind: 'stop' };

export type ControlAnswer = { readonly accepted: boolean; readonly text: string };
