import type { AnalysisCut } from '#model/complexity.ts';

/**
 * Up to which share of a file's time each stage may go on, in their order: what is cut short leaves
 * some for the later ones, which say what was found.
 */
const UNTIL = {
  parsing: 0.5,
  'parsing the beginning': 0.65,
  outline: 0.72,
  survey: 0.78,
  'call graph': 0.82,
  costs: 0.88,
  functions: 0.92,
  class: 0.94,
  'calls out': 0.95,
  sizes: 0.97,
  space: 0.98,
  sites: 0.99,
  links: 1,
} as const;
export type Stage = keyof typeof UNTIL;

/** The clock is looked at every so many questions: they come with every node. A power of two. */
const LOOK_EVERY = 64;

/**
 * The time that one file may take. Every stage whose work has no bound asks whether it has passed,
 * and hands on what it has by then.
 */
// create → begin(stage) → passed() …, for each stage → read cut.
export class Deadline {
  stage: Stage = 'parsing';
  readonly #milliseconds: number;
  readonly #now: () => number;
  readonly #started: number;
  #end = 0;
  #asked = 0;
  #isOver = false;
  #cut: AnalysisCut | undefined;

  constructor(milliseconds: number, now: () => number = performance.now.bind(performance)) {
    this.#milliseconds = milliseconds;
    this.#now = now;
    this.#started = now();
    this.begin('parsing');
  }

  /** What was cut short first; undefined when everything was finished. */
  get cut(): AnalysisCut | undefined {
    return this.#cut;
  }

  begin(stage: Stage): void {
    this.stage = stage;
    this.#end = this.#started + this.#milliseconds * UNTIL[stage];
    this.#isOver = false;
    this.look();
  }

  /** Is the stage's time over? Cheap: the clock is not looked at each time. Whoever is told so stops. */
  passed(): boolean {
    if (this.#isOver || ++this.#asked % LOOK_EVERY !== 0) return this.#isOver;
    return this.look();
  }

  /** The same by the clock, for those who seldom ask. */
  look(): boolean {
    if (this.#isOver || this.#now() <= this.#end) return this.#isOver;
    this.#isOver = true;
    this.#cut ??= { during: this.stage, deadlineMs: this.#milliseconds };
    return true;
  }

  /** What the items give until time is up. Arrays by number: nearly all of them are short or empty. */
  collect<Item, Found>(items: readonly Item[], give: (item: Item) => readonly Found[]): Found[] {
    const found: Found[] = [];
    for (let at = 0; at < items.length; at += 1) {
      if (this.passed()) break;
      const given = give(items[at]!);
      for (let of = 0; of < given.length; of += 1) found.push(given[of]!);
    }
    return found;
  }
}
