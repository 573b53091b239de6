import type { Writable } from 'node:stream';
import { styleText } from 'node:util';

type Format = Parameters<typeof styleText>[0];

/** How text may look where it goes: colours, the characters its locale can show, and its width. */
export type Style = {
  readonly paint: (format: Format, text: string) => string;
  readonly unicode: boolean;
  readonly columns: number;
};

export type Glyphs = {
  readonly arrow: string;
  readonly up: string;
  readonly down: string;
  readonly tick: string;
  readonly cross: string;
  readonly separator: string;
  readonly ellipsis: string;
  readonly nothing: string;
};

const UNICODE: Glyphs = {
  arrow: '→',
  up: '↑',
  down: '↓',
  tick: '✓',
  cross: '✗',
  separator: ' · ',
  ellipsis: '…',
  nothing: '–',
};

const ASCII: Glyphs = {
  arrow: '->',
  up: '^',
  down: 'v',
  tick: 'ok',
  cross: 'NO',
  separator: ', ',
  ellipsis: '...',
  nothing: '-',
};

/** A standard stream of the process; anything else is a stream without `isTTY`. */
export type Terminal = Writable & { readonly isTTY?: boolean; readonly columns?: number };

const DEFAULT_COLUMNS = 80;

/** Node's own rules decide on colours: a terminal, NO_COLOR, FORCE_COLOR, TERM=dumb. */
export function styleFor(
  stream: Terminal,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Style {
  const colours = styleText('red', 'x', { stream }) !== 'x';
  return plainStyle({ colours, unicode: isUtf8(env), columns: stream.columns ?? DEFAULT_COLUMNS });
}

export function plainStyle({
  colours = false,
  unicode = true,
  columns = DEFAULT_COLUMNS,
}: { colours?: boolean; unicode?: boolean; columns?: number } = {}): Style {
  const paint = (format: Format, text: string) =>
    colours ? styleText(format, text, { validateStream: false }) : text;
  return { paint, unicode, columns };
}

export function glyphs({ unicode }: Pick<Style, 'unicode'>): Glyphs {
  return unicode ? UNICODE : ASCII;
}

/** POSIX order: the first of these three that is set names the character set. */
function isUtf8(env: Readonly<Record<string, string | undefined>>): boolean {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
  return /utf-?8/i.test(locale);
}
