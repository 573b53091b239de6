import type { ExecutionEvent } from '#client/index.ts';

type Range = Extract<ExecutionEvent, { readonly kind: 'output' }>['data'];
export type Piece = { readonly stream: Range['stream']; text: string };

/** More than that is nothing to read on a page; all of it can be saved. */
const MOST_CHARACTERS = 64 * 1024;

/** The end of what a program wrote, both streams as they came. */
export class OutputTail {
  readonly pieces: Piece[] = [];
  isCut = false;
  #characters = 0;

  add({ stream, text, base64 }: Range): void {
    const read = text ?? new TextDecoder().decode(bytesOf(base64 ?? ''));
    const last = this.pieces.at(-1);
    if (last?.stream === stream && last.text.length < MOST_CHARACTERS / 8) last.text += read;
    else this.pieces.push({ stream, text: read });
    this.#characters += read.length;
    while (this.#characters > MOST_CHARACTERS && this.pieces.length > 1) {
      this.#characters -= this.pieces.shift()!.text.length;
      this.isCut = true;
    }
  }
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.codePointAt(0)!);
}
