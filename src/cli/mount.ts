import { posix, resolve } from 'node:path';
import type { Mount } from '#model/execution.ts';
import { LimberError } from '#model/errors.ts';

/** `host:guest`, read-only, or `host:guest:rw`. A backslash keeps a colon that is part of a path. */
export function parseMount(text: string): Mount {
  const [host, guest, mode, ...rest] = text
    .split(/(?<!\\):/)
    .map((part) => part.replaceAll('\\:', ':'));
  if (!host || !guest) throw invalid(text, 'but a side is missing');
  if (rest.length > 0)
    throw invalid(text, 'but there are too many colons (write \\: for one in a path)');
  if (mode !== undefined && mode !== 'rw' && mode !== 'ro')
    throw invalid(text, `but "${mode}" is neither rw nor ro`);
  if (!posix.isAbsolute(guest)) throw invalid(text, `but the guest path ${guest} is not absolute`);
  if (posix.normalize(guest) === '/') throw invalid(text, 'but / itself is what --rootfs replaces');
  return { host: resolve(host), guest: posix.normalize(guest), writable: mode === 'rw' };
}

function invalid(got: string, problem: string): LimberError {
  return new LimberError('mount-invalid', { got, problem });
}
