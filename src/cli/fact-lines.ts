import type { Style } from './style.ts';
import { alignRows } from './text-table.ts';

/** A name and what there is to say of it; more lines continue below without a name. */
export type Fact = readonly [name: string, ...lines: string[]];

export function factLines(facts: readonly Fact[], style: Style): string[] {
  const rows = facts.flatMap(([name, ...lines]) =>
    lines.map((line, index) => [index === 0 ? style.paint('dim', name) : '', line]),
  );
  return alignRows(rows, { indent: '  ' });
}
