export type Verb = 'GET' | 'POST' | 'PATCH' | 'DELETE';
export type PatchKind = 'strategic-merge' | 'merge';

export type Request = {
  readonly verb: Verb;
  /** Beginning with a slash, query included. */
  readonly path: string;
  readonly body?: unknown;
  /** How the body of a PATCH is meant; merge where absent. */
  readonly patch?: PatchKind;
  /**
   * Without an answer for so long it is asked again, unless it makes something; each time with twice
   * as much patience. Default: 30 s.
   */
  readonly timeoutMs?: number;
};
