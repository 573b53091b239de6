/** A table's own entry: names in programs include `constructor` and `toString`. */
export function lookup<T>(
  table: Readonly<Record<string, T>> | undefined,
  key: string,
): T | undefined {
  return table !== undefined && Object.hasOwn(table, key) ? table[key] : undefined;
}
