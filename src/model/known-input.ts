/** What is known of a program's input before it starts. */
export type KnownInput = {
  /** As the program gets them; the first is number 1 in the profile's sites. */
  readonly arguments: readonly string[];
  /** By the name under which the code or an argument names it. */
  readonly fileBytes: ReadonlyMap<string, number>;
};

export const NOTHING_KNOWN: KnownInput = { arguments: [], fileBytes: new Map() };
