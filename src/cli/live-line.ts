import type { Decision } from '#model/decision.ts';
import type { TimelinePoint } from '#model/summary.ts';
import { liveLineText } from './live-line-text.ts';
import { styleFor, type Style, type Terminal } from './style.ts';

const REDRAW_MS = 100;
/** ECMA-48: erase to the end of the line. */
const ERASE = '\u001b[K';

type Surroundings = {
  readonly nowMs?: () => number;
  /** Asked at every drawing: people resize their windows. */
  readonly style?: () => Style;
};

/** A live line on a terminal; on anything else it draws nothing. */
export function createLiveLine(stream: Terminal, surroundings: Surroundings = {}): LiveLine {
  return new LiveLine(stream, surroundings);
}

/**
 * One line at the bottom of a terminal, at most ten times a second.
 * Lifecycle: create → update, decided, programWrites, programWrote … → stop.
 */
export class LiveLine {
  readonly #stream: Terminal;
  readonly #nowMs: () => number;
  readonly #style: () => Style;
  #drawn = '';
  #drawnAtMs = -Infinity;
  #point: TimelinePoint | undefined;
  #decision: Decision | undefined;
  #pendingWrites = 0;
  #midLine = false;
  #stopped: boolean;

  constructor(stream: Terminal, { nowMs, style }: Surroundings) {
    this.#stream = stream;
    this.#nowMs = nowMs ?? (() => performance.now());
    this.#style = style ?? (() => styleFor(stream));
    this.#stopped = !stream.isTTY;
  }

  update(point: TimelinePoint): void {
    this.#point = point;
    this.#draw();
  }

  decided(decision: Decision): void {
    this.#decision = decision;
    this.#draw();
  }

  /** Takes the line away; the next update draws it again. */
  clear(): void {
    if (this.#drawn) this.#stream.write(`\r${ERASE}`);
    this.#drawn = '';
  }

  /** The program's bytes are about to go to the same terminal. */
  programWrites(): void {
    this.#pendingWrites += 1;
    this.clear();
  }

  /** They are out. Behind text without a line's end, such as a prompt, nothing is drawn. */
  programWrote({ endedLine }: { readonly endedLine: boolean }): void {
    this.#pendingWrites -= 1;
    this.#midLine = !endedLine;
  }

  stop(): void {
    this.clear();
    this.#stopped = true;
  }

  #draw(): void {
    if (this.#stopped || this.#midLine || this.#pendingWrites > 0 || !this.#point) return;
    if (this.#nowMs() - this.#drawnAtMs < REDRAW_MS) return;
    const text = liveLineText(this.#point, this.#decision, this.#style());
    if (text !== this.#drawn) this.#stream.write(`\r${text}${ERASE}`);
    this.#drawn = text;
    this.#drawnAtMs = this.#nowMs();
  }
}
