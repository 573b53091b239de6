export type CodePlace = { readonly file: string; readonly name: string; readonly line: number };

/** `main.py:grow:7` → its parts; undefined for what is no place of code. */
export function codePlace(place: string): CodePlace | undefined {
  const [, file = '', name = '', line = ''] = /^(.*):([^:]*):(\d+)$/.exec(place) ?? [];
  return file === '' ? undefined : { file, name, line: Number(line) };
}

/** `computing in grow, line 7`. */
export function phaseText(activity: string, place: string): string {
  const code = codePlace(place);
  if (code?.name === '') return `${activity} in line ${code.line}`;
  if (code) return `${activity} in ${code.name}, line ${code.line}`;
  return place === '' ? activity : `${activity} in ${place}`;
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
