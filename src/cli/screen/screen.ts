import { emitKeypressEvents, type Interface } from 'node:readline';
import { styleFor, type Style, type Terminal } from '../style.ts';

/** ECMA-48 and xterm's private modes (https://invisible-island.net/xterm/ctlseqs/ctlseqs.html). */
const ENTER = '\u001b[?1049h\u001b[?25l';
const LEAVE = '\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
const ERASE_LINE = '\u001b[K';
const ESCAPE = '\u001b';
const ERASE_BELOW = '\u001b[J';

/**
 * How long an escape may be the beginning of an arrow key. Node waits for half a second, which is felt;
 * a terminal far away sends the bytes of one key together.
 */
const ESCAPE_MS = 50;

const DEFAULT_ROWS = 24;
const ENDING_SIGNALS = ['SIGTERM', 'SIGHUP', 'SIGINT'] as const;

export type ScreenOutput = Terminal & { readonly rows?: number };
export type ScreenInput = NodeJS.ReadStream;
/** A key by its name (`q`, `up`, `return`), or the character that was typed. */
export type Key = { readonly name: string; readonly text: string };
export type Size = { readonly rows: number; readonly columns: number };

type Pressed = { readonly name?: string; readonly ctrl?: boolean; readonly sequence?: string };
type Listener = { readonly key: (key: Key) => void; readonly resized: () => void };

/**
 * The whole of a terminal: its other buffer, without a cursor, keys as they are pressed. However it
 * ends, the terminal is as it was. Lifecycle: open → draw … → close; Ctrl-Z and `fg` in between.
 */
export class Screen {
  readonly #output: ScreenOutput;
  readonly #input: ScreenInput;
  #listener: Listener | undefined;
  #end: (exitCode: number) => void = () => {};
  #drawn = '';

  constructor(output: ScreenOutput, input: ScreenInput) {
    this.#output = output;
    this.#input = input;
  }

  /** Resolves with the exit code, when `close` was called or a signal ended it. */
  open(listener: Listener): Promise<number> {
    this.#listener = listener;
    const { promise, resolve } = Promise.withResolvers<number>();
    this.#end = resolve;
    // Of the interface it reads this alone.
    emitKeypressEvents(this.#input, { escapeCodeTimeout: ESCAPE_MS } as unknown as Interface);
    this.#input.on('keypress', this.#onKey);
    this.#input.once('end', this.#onHangUp);
    this.#output.on('resize', this.#onResize);
    this.#output.on('error', this.#onHangUp);
    for (const signal of ENDING_SIGNALS) process.on(signal, this.#onSignal);
    process.on('SIGCONT', this.#onContinue);
    this.#take();
    return promise;
  }

  get size(): Size {
    const { rows = DEFAULT_ROWS, columns = 80 } = this.#output;
    return { rows, columns };
  }

  get style(): Style {
    return styleFor(this.#output);
  }

  /** The lines from the top, none wider than the terminal; nothing is sent where nothing changed. */
  draw(lines: readonly string[]): void {
    const shown = lines.slice(0, this.size.rows);
    const text = HOME + shown.map((line) => line + ERASE_LINE).join('\r\n') + ERASE_BELOW;
    if (text !== this.#drawn) this.#output.write(text);
    this.#drawn = text;
  }

  close(exitCode = 0): void {
    if (this.#listener === undefined) return;
    this.#listener = undefined;
    this.#input.off('keypress', this.#onKey);
    this.#input.off('end', this.#onHangUp);
    this.#output.off('resize', this.#onResize);
    for (const signal of ENDING_SIGNALS) process.off(signal, this.#onSignal);
    process.off('SIGCONT', this.#onContinue);
    this.#give();
    this.#input.pause();
    this.#end(exitCode);
  }

  #take(): void {
    this.#input.setRawMode?.(true);
    this.#input.resume();
    this.#output.write(ENTER);
    this.#drawn = '';
  }

  #give(): void {
    this.#output.write(LEAVE);
    this.#input.setRawMode?.(false);
  }

  readonly #onKey = (text: string | undefined, key: Pressed): void => {
    if (key.ctrl === true && (key.name === 'c' || key.name === 'd')) return this.close();
    if (key.ctrl === true && key.name === 'z') return this.#suspend();
    const { sequence = '' } = key;
    if (!isAfterEscape(sequence))
      return this.#listener?.key({ name: key.name ?? text ?? '', text: text ?? '' });
    // A connection may bring an escape and the key that follows together.
    this.#listener?.key({ name: 'escape', text: '' });
    this.#listener?.key({ name: key.name ?? '', text: sequence.slice(1) });
  };

  readonly #onResize = (): void => {
    this.#drawn = '';
    this.#listener?.resized();
  };

  readonly #onSignal = (_: NodeJS.Signals, number: number): void => this.close(128 + number);

  readonly #onHangUp = (): void => this.close();

  readonly #onContinue = (): void => {
    this.#take();
    this.#listener?.resized();
  };

  #suspend(): void {
    this.#give();
    process.kill(process.pid, 'SIGTSTP');
  }
}

/** One character behind an escape: Alt with its key, or both keys. */
function isAfterEscape(sequence: string): boolean {
  return sequence.length === 2 && sequence[0] === ESCAPE && sequence[1] !== ESCAPE;
}
