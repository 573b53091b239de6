/** What of a cluster works for Limber, or does not; the hint says what to do then. */
export type ClusterCheck = {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly hint?: string;
};
