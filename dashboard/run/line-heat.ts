import { baseName, codePlace } from './places.ts';

/** Seconds that a run was seen in each line, per file. */
export class LineHeat {
  readonly #files = new Map<string, Map<number, number>>();

  add(place: string, seconds: number): void {
    const code = codePlace(place);
    if (!code || seconds <= 0) return;
    const file = baseName(code.file);
    const lines = this.#files.get(file) ?? new Map<number, number>();
    lines.set(code.line, (lines.get(code.line) ?? 0) + seconds);
    this.#files.set(file, lines);
  }

  of(file: string): ReadonlyMap<number, number> {
    return this.#files.get(baseName(file)) ?? new Map<number, number>();
  }
}
