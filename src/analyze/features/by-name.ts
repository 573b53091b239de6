/** Remembers what was found for a name: programs call the same few again and again. */
export function byName<Found>(find: (name: string) => Found): (name: string) => Found {
  const known = new Map<string, Found>();
  return (name) => {
    const before = known.get(name);
    if (before !== undefined || known.has(name)) return before as Found;
    const found = find(name);
    known.set(name, found);
    return found;
  };
}
