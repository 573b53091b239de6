import { firstAt } from '../charts/moments.ts';

/** Numbers side by side that grow at their end. Memory doubles; reading makes no copy. */
export class Series<Name extends string> {
  readonly #columns: Record<Name, Float64Array>;
  readonly #names: readonly Name[];
  length = 0;

  constructor(names: readonly Name[]) {
    this.#names = names;
    this.#columns = Object.fromEntries(
      names.map((name) => [name, new Float64Array(256)]),
    ) as Record<Name, Float64Array>;
  }

  push(row: Readonly<Record<Name, number>>): void {
    for (const name of this.#names) {
      let column = this.#columns[name];
      if (this.length === column.length) {
        column = new Float64Array(this.length * 2);
        column.set(this.#columns[name]);
        this.#columns[name] = column;
      }
      column[this.length] = row[name];
    }
    this.length++;
  }

  column(name: Name): Float64Array {
    return this.#columns[name].subarray(0, this.length);
  }

  at(name: Name, index: number): number {
    return this.#columns[name][index] ?? Number.NaN;
  }

  /** The row of a moment in a column that rises; undefined: the last row. */
  rowOf(name: Name, moment: number | undefined): number {
    const last = this.length - 1;
    return moment === undefined ? last : Math.min(last, firstAt(this.column(name), moment));
  }
}
