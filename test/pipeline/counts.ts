/** What one suite on one machine came to; the reporter writes it, the verdict reads it. */
export type Counts = {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly Skip[];
  /** Each that failed, with what it said: tests, files that did not load, errors nobody caught. */
  readonly failures: readonly string[];
  /** Passed, but not at the first try. */
  readonly flaky: readonly string[];
  /** The capabilities of the machine the suite ran on, asked there. */
  readonly capabilities: readonly string[];
};

export type Skip = { readonly name: string; readonly reason: string };
