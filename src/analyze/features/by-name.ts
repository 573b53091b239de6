import type { LanguageSpec } from '#analyze/languages/language-spec.ts';

/** One place for each question. */
const unanswered: unknown[] = [];
/** Stands for undefined as an answer. */
const NONE = Symbol('none');

/** A name that all calls of it in a file share, with what was found out about it. */
export class CalledName {
  readonly text: string;
  readonly spec: LanguageSpec;
  /** By the number of the question. */
  readonly answers = unanswered.slice();

  constructor(text: string, spec: LanguageSpec) {
    this.text = text;
    this.spec = spec;
  }
}

/** Asks once per name and file: programs call the same few again and again. */
export function ofName<Found>(
  find: (name: string, spec: LanguageSpec) => Found,
): (name: CalledName) => Found {
  const question = unanswered.push(undefined) - 1;
  return ({ text, spec, answers }) => {
    const known = answers[question];
    if (known !== undefined) return (known === NONE ? undefined : known) as Found;
    const found = find(text, spec);
    answers[question] = found === undefined ? NONE : found;
    return found;
  };
}
