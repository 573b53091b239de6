import { glyphs, type Style } from './style.ts';
import { alignRows, oneLine } from './text-table.ts';

export type Check = {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  /** What to do when it is not fine. */
  readonly hint?: string;
};

/** A tick or a cross per check, what to do below each cross, and one line that sums up. */
export function doctorText(checks: readonly Check[], style: Style): string {
  const { tick, cross, arrow } = glyphs(style);
  const rows = checks.flatMap(({ name, ok, detail, hint }) => [
    [ok ? style.paint('green', tick) : style.paint('red', cross), name, oneLine(detail)],
    ...(ok || !hint ? [] : [['', '', style.paint('yellow', `${arrow} ${oneLine(hint)}`)]]),
  ]);
  return `${[...alignRows(rows), '', verdict(checks, style)].join('\n')}\n`;
}

function verdict(checks: readonly Check[], style: Style): string {
  const failed = checks.filter(({ ok }) => !ok);
  if (failed.length === 0) return style.paint('green', 'Everything that Limber needs is here.');
  const names = failed.map(({ name }) => name).join(', ');
  return style.paint(
    'yellow',
    `${failed.length} of ${checks.length} checks need attention: ${names}.`,
  );
}
