/**
 * JSON for the store's own columns. JSON has no infinity, and the `unlimited` policy's allocations
 * are infinite: such numbers travel as `{"$number":"Infinity"}`.
 */
export function toStoredJson(value: unknown): string {
  return JSON.stringify(value, (_, entry: unknown) =>
    typeof entry === 'number' && !Number.isFinite(entry) ? { $number: String(entry) } : entry,
  );
}

/** Reads what `toStoredJson` wrote; the caller names the type that it stored in that column. */
export function fromStoredJson<Stored>(text: string): Stored {
  return JSON.parse(text, (_, entry: unknown) =>
    isNonFinite(entry) ? Number(entry.$number) : entry,
  ) as Stored;
}

function isNonFinite(entry: unknown): entry is { $number: string } {
  return typeof entry === 'object' && entry !== null && '$number' in entry;
}
