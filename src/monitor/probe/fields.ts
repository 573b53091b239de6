const NAME_LENGTH = 200;
/** Beyond it a number is nonsense, whatever it counts: 8 PiB, or 285 million years. */
const LARGEST = 2 ** 53;

/** Reads untrusted values: what is not of the expected kind is undefined, what is too much is cut. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? printable(value).slice(0, NAME_LENGTH) : undefined;
}

export function count(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && value <= LARGEST ? value : undefined;
}

export function record(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}

/** Entries that `read` accepts, at most `most` of them; anything but a list is an empty one. */
export function list<Item>(
  value: unknown,
  most: number,
  read: (entry: unknown) => Item | undefined,
): readonly Item[] {
  if (!Array.isArray(value)) return [];
  return value
    .slice(0, most)
    .map(read)
    .filter((item) => item !== undefined);
}

/** Names are shown on terminals: control characters could move the cursor or ring. */
function printable(value: string): string {
  // oxlint-disable-next-line no-control-regex
  return value.replace(/[\u0000-\u001f\u007f-\u009f]/g, '\ufffd');
}
