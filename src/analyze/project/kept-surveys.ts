import type { Surveyed } from '#analyze/measure.ts';

/** An outline takes some 50 bytes for each character of its source. */
const MOST_CHARACTERS = 4_000_000;

/** Files that were read and will be looked at again, once more is known of those that they lead to. */
// create → keep … → take, each once.
export class KeptSurveys {
  readonly #kept = new Map<string, Surveyed>();
  #characters = 0;

  /** Where there is no more room, the file is read once more. */
  keep(path: string, surveyed: Surveyed): void {
    const { length } = surveyed.parsed.root.source.text;
    if (this.#kept.has(path) || this.#characters + length > MOST_CHARACTERS) return;
    this.#kept.set(path, surveyed);
    this.#characters += length;
  }

  take(path: string): Surveyed | undefined {
    const surveyed = this.#kept.get(path);
    if (surveyed === undefined) return undefined;
    this.#kept.delete(path);
    this.#characters -= surveyed.parsed.root.source.text.length;
    return surveyed;
  }
}
