import { stripVTControlCharacters } from 'node:util';

/** How the table may look where it goes. */
export type TextStyle = {
  readonly paint: (format: 'bold' | 'dim' | 'red' | 'yellow', text: string) => string;
  readonly unicode: boolean;
  readonly columns: number;
};

export const PLAIN: TextStyle = { paint: (_, text) => text, unicode: true, columns: 100 };

const ASCII: Readonly<Record<string, string>> = {
  '²': '^2',
  '³': '^3',
  ⁿ: '^n',
  '√': 'sqrt ',
  '·': '*',
  '–': '-',
  '…': '~',
  '│': '|',
  '░': '.',
  '▒': ':',
  '▓': '*',
  '█': '#',
};

/** What the report itself writes beyond ASCII, for terminals that cannot show it. */
export function forTerminal(text: string, { unicode }: TextStyle): string {
  return unicode ? text : text.replace(/[²³ⁿ√·–…│░▒▓█]/g, (character) => ASCII[character]!);
}

/** Names in programs are others' words: an escape sequence in them would reach a terminal. */
export function oneLine(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what this is about
  return stripVTControlCharacters(text).replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
}

/** Cut in the middle: both ends of a path say which one it is. */
export function fit(text: string, width: number): string {
  const characters = [...text];
  if (characters.length <= width) return text;
  const head = Math.floor((width - 1) / 2);
  return `${characters.slice(0, head).join('')}…${characters.slice(head + 1 - width).join('')}`;
}

/** Lines of at most this width, broken between words; a longer word stays whole. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of oneLine(text).split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
