import { statSync } from 'node:fs';
import { posix, resolve } from 'node:path';
import { LimberError } from '#model/errors.ts';
import type { Mount } from '#model/execution.ts';
import { isProvided } from '#model/shown-folders.ts';

/** Host paths made absolute and seen to exist, guest paths normalised and free to be used. */
export function checkMounts(
  mounts: readonly (string | Mount)[],
  currentFolder: string,
): readonly Mount[] {
  const checked = mounts.map((mount) => checkMount(mount, currentFolder));
  const twice = checked.find(({ guest }, index) =>
    checked.slice(0, index).some((other) => other.guest === guest),
  );
  if (twice) throw invalid(textOf(twice), `but another mount has the path ${twice.guest} already`);
  return checked;
}

function checkMount(given: string | Mount, currentFolder: string): Mount {
  const got = typeof given === 'string' ? given : textOf(given);
  const mount = typeof given === 'string' ? parse(given) : given;
  if (!posix.isAbsolute(mount.guest))
    throw invalid(got, `but the path inside, ${mount.guest}, is not absolute`);
  const guest = posix.resolve(mount.guest);
  if (guest === '/') throw invalid(got, 'but / itself is what --rootfs replaces');
  if (isProvided(guest)) throw invalid(got, `but ${guest} belongs to the sandbox itself`);
  const host = resolve(currentFolder, mount.host);
  mustExist(got, host);
  return { host, guest, writable: mount.writable };
}

/** A backslash keeps a colon that is part of a path. */
function parse(text: string): Mount {
  const parts = text.split(/(?<!\\):/).map((part) => part.replaceAll('\\:', ':'));
  const [host, guest, mode = 'ro', ...rest] = parts;
  if (!host || !guest) throw invalid(text, 'but a side is missing');
  if (rest.length > 0)
    throw invalid(text, 'but there are too many colons (write \\: for one in a path)');
  if (mode !== 'rw' && mode !== 'ro') throw invalid(text, `but "${mode}" is neither ro nor rw`);
  return { host, guest, writable: mode === 'rw' };
}

function mustExist(got: string, host: string): void {
  try {
    statSync(host);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    const problem = code === 'EACCES' ? 'may not be read' : 'does not exist';
    throw invalid(got, `but ${host} ${problem}`, cause);
  }
}

function textOf({ host, guest, writable }: Mount): string {
  return `${host}:${guest}${writable ? ':rw' : ''}`;
}

function invalid(got: string, problem: string, cause?: unknown): LimberError {
  return new LimberError('mount-invalid', { got, problem }, { cause });
}
