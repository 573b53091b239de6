import { stripVTControlCharacters } from 'node:util';
import { visibleWidth } from '../text-table.ts';

/** Nothing wider than the terminal, which would wrap it: a line that has to be cut loses its colours. */
export function clip(line: string, columns: number): string {
  if (visibleWidth(line) <= columns) return line;
  return [...stripVTControlCharacters(line)].slice(0, columns).join('');
}

/** As many keys as there is room for, the most important first. */
export function keyLine(keys: readonly string[], columns: number): string {
  let line = '';
  for (const key of keys) {
    const longer = line === '' ? key : `${line}   ${key}`;
    if (visibleWidth(longer) > columns) break;
    line = longer;
  }
  return line;
}
