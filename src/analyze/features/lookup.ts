const maps = new WeakMap<object, ReadonlyMap<string, unknown>>();

/** A table's own entry: names in programs include `constructor` and `toString`. */
export function lookup<T>(
  table: Readonly<Record<string, T>> | undefined,
  key: string,
): T | undefined {
  if (table === undefined) return undefined;
  let map = maps.get(table) as ReadonlyMap<string, T> | undefined;
  // A map finds a text that was just made without making it a name of the program's own first.
  if (map === undefined) maps.set(table, (map = new Map(Object.entries(table))));
  return map.get(key);
}
