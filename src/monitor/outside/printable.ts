const MOST_CHARACTERS = 200;

/** Names are chosen by the program and end up on terminals: no control characters, no line ends. */
export function printable(text: string): string {
  // Format characters too: they turn the direction of the text around them.
  return text.slice(0, MOST_CHARACTERS).replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '?');
}
