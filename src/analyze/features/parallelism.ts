import type { Survey } from './survey.ts';

/** What makes the program run on several cores or wait for several things at once. */
export function parallelism({ units, spec }: Survey): string[] {
  const names = new Set<string>();
  for (const { name } of units.flatMap((unit) => unit.calls))
    for (const rule of spec.library.parallel) if (rule.callee.test(name)) names.add(rule.name);
  if (units.some((unit) => unit.counts.has('spawn'))) names.add('tasks');
  return [...names];
}
