/**
 * Whether two paths mean one file, where either may be given from a folder further in.
 * Example: `/home/me/job/lib/load.py` and `lib/load.py` do, `lib/load.py` and `old/load.py` do not.
 */
export function isSameFile(one: string, other: string): boolean {
  const [longer, shorter] = one.length >= other.length ? [one, other] : [other, one];
  return longer === shorter || longer.endsWith(`/${shorter.replace(/^\.\//, '')}`);
}
