import { opendirSync, type Dir } from 'node:fs';

/** Entries of a folder of /proc, the first `most` of them: a program may have a million descriptors. */
export function boundedNames(folder: string, most: number): string[] {
  const names: string[] = [];
  let open: Dir | undefined;
  try {
    open = opendirSync(folder, { bufferSize: most });
    for (let entry = open.readSync(); entry !== null; entry = open.readSync()) {
      names.push(entry.name);
      if (names.length === most) break;
    }
  } catch {
    // It ended meanwhile, or is not ours to see: what was read until then is the answer.
  }
  open?.closeSync();
  return names;
}
