import { readdirSync, statSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { LimberError } from '#model/errors.ts';
import type { NetworkRule } from '#model/execution.ts';
import { isProvided } from '#model/shown-folders.ts';

const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const HIGHEST_PORT = 65_535;

export function checkCurrentFolder(folder: string, writable: boolean): void {
  const isFolder = isAbsolute(folder) && statSync(folder, { throwIfNoEntry: false })?.isDirectory();
  if (!isFolder)
    throw new LimberError('file-unreadable', {
      path: folder,
      problem: 'it is not a folder that exists',
    });
  if (writable && (folder === '/' || isProvided(folder)))
    throw usage(
      `--write cannot open ${folder}`,
      'Go to a folder of your own, or use --mount host:guest:rw.',
    );
}

export function checkEnv(env: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  for (const [name, value] of Object.entries(env)) {
    if (!VARIABLE_NAME.test(name))
      throw usage(
        `The environment variable "${name}" has no valid name`,
        'A name has letters, digits and underscores and does not begin with a digit.',
      );
    // The kernel ends a value at the first NUL.
    if (value.includes('\0'))
      throw usage(
        `The environment variable ${name} contains a NUL byte`,
        'Encode it, for example as base64.',
      );
  }
  return { ...env };
}

export function checkNetwork({ kind, hostPorts }: NetworkRule): NetworkRule {
  const wrong = hostPorts.find(
    (port) => !Number.isInteger(port) || port < 1 || port > HIGHEST_PORT,
  );
  if (wrong !== undefined)
    throw usage(
      `The host port ${wrong} is not a port`,
      `Ports are whole numbers from 1 to ${HIGHEST_PORT}.`,
    );
  return { kind, hostPorts: [...new Set(hostPorts)] };
}

/** An absolute path of a folder with something in it. */
export function checkRootfs(rootfs: string, currentFolder: string): string {
  const path = resolve(currentFolder, rootfs);
  const hint = 'Unpack an image there, for example with: debootstrap, or docker export.';
  try {
    if (readdirSync(path).length > 0) return path;
  } catch (cause) {
    const problem = `The root file system ${path} is not a folder that can be read`;
    throw new LimberError('usage-invalid', { problem, hint }, { cause });
  }
  throw usage(`The root file system ${path} is empty`, hint);
}

function usage(problem: string, hint: string): LimberError {
  return new LimberError('usage-invalid', { problem, hint });
}
