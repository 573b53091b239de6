import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Caller } from './caller.ts';
import { ask } from './probe.ts';

/** What programs find of the probes' folder. */
const SHOWN = ['bin', 'node', 'python'] as const;

/**
 * A copy of the probes that instances see, read-only for them, in which bytecode may be kept: the
 * package's own folder may be root's. Another state of the probes has another copy.
 */
export function shownProbes(probesFolder: string, runtimeFolder: string): string {
  const parent = join(runtimeFolder, 'probes');
  const folder = join(parent, stateOf(probesFolder));
  if (existsSync(folder)) return folder;
  const fresh = `${folder}.${process.pid}`;
  mkdirSync(fresh, { recursive: true, mode: 0o755 });
  for (const name of SHOWN) {
    const options = { recursive: true, preserveTimestamps: true, filter: isSource };
    cpSync(join(probesFolder, name), join(fresh, name), options);
  }
  try {
    renameSync(fresh, folder);
  } catch (error) {
    // Another run was faster.
    rmSync(fresh, { recursive: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

const isSource = (path: string) => !path.endsWith('__pycache__');

function stateOf(probesFolder: string): string {
  const hash = createHash('sha256').update(probesFolder);
  for (const name of SHOWN)
    for (const path of readdirSync(join(probesFolder, name), { recursive: true })) {
      const { mtimeMs, size } = statSync(join(probesFolder, name, String(path)));
      hash.update(JSON.stringify([name, path, mtimeMs, size]));
    }
  return hash.digest('hex').slice(0, 16);
}

/** The folder is read-only where programs are: what is not compiled here, is compiled at each start. */
const COMPILE = `
import glob, py_compile, sys
for path in glob.glob(sys.argv[1] + '/**/*.py', recursive=True):
  py_compile.compile(path, doraise=True, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
print('true')
`;

/** Once for each interpreter, until the machine restarts. Where it fails, the probe is slower to start. */
export function compileProbes(python: string, folder: string, caller: Caller): void {
  const args = ['-I', '-c', COMPILE, join(folder, 'python')];
  ask<boolean>({ path: python, args, env: {}, depends: folder }, caller);
}
