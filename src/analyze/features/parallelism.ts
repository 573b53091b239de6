import type { LanguageSpec } from '#analyze/languages/language-spec.ts';
import type { Unit } from './survey.ts';

export type Parallel = { readonly line: number; readonly what: string };

/** What makes the program run on several cores or wait for several things at once. */
export function parallelism({ library }: LanguageSpec): (unit: Unit) => Parallel[] {
  const namesOf = classifier(library.parallel);
  return (unit) => {
    const found = unit.calls.flatMap(({ name, node }) =>
      namesOf(name).map((what) => ({ line: node.line, what })),
    );
    if (unit.counts.has('spawn')) found.push({ line: unit.node.line, what: 'tasks' });
    return found;
  };
}

/** Programs call the same few names again and again: each is matched once. */
function classifier(rules: LanguageSpec['library']['parallel']) {
  const known = new Map<string, readonly string[]>();
  return (callee: string) => {
    const names =
      known.get(callee) ?? rules.filter((rule) => rule.callee.test(callee)).map(({ name }) => name);
    known.set(callee, names);
    return names;
  };
}
