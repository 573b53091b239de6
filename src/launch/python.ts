import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Caller, Executable } from './caller.ts';
import { ask } from './probe.ts';
import { candidates, pathFolders } from './search-path.ts';
import { isSystemPath, toolFoldersOf } from './tool-folders.ts';

type PythonFacts = {
  readonly executable: string;
  readonly prefix: string;
  readonly basePrefix: string;
  /** Where `pip install --user` puts packages, when this interpreter looks there. */
  readonly userBase: string | null;
  readonly userSite: string | null;
};

/** `sys` and `site` are loaded before any user code could take their place. */
const QUESTION = `
import sys, site
q = lambda s: '"' + s.replace('\\\\', '\\\\\\\\').replace('"', '\\\\"') + '"' if s else 'null'
u = getattr(site, 'ENABLE_USER_SITE', False)
print('{"executable":%s,"prefix":%s,"basePrefix":%s,"userBase":%s,"userSite":%s}' % (
  q(sys.executable), q(sys.prefix), q(sys.base_prefix), q(u and site.USER_BASE), q(u and site.USER_SITE)))
`;

/** The first python3 on PATH that answers: a pyenv shim may be there without any version behind it. */
export function findPython(currentFolder: string, caller: Caller): Executable | undefined {
  const folders = pathFolders(caller.env['PATH']);
  for (const path of [...candidates('python3', folders), ...candidates('python', folders)]) {
    const env = { PYENV_DIR: currentFolder };
    const depends = pyenvChoice(path, currentFolder, caller);
    const facts = ask<PythonFacts>({ path, args: ['-c', QUESTION], env, depends }, caller);
    if (facts?.executable) return asExecutable(facts, caller);
  }
  return undefined;
}

function asExecutable(facts: PythonFacts, { env }: Caller): Executable {
  const { executable, prefix, basePrefix, userBase, userSite } = facts;
  const hasUserSite = userSite !== null && userBase !== null && existsSync(userSite);
  const folders = [
    ...toolFoldersOf(executable, env),
    ...[prefix, basePrefix].filter((folder) => !isSystemPath(folder)),
    ...(hasUserSite ? [userSite] : []),
  ];
  return {
    argv: [executable],
    folders: [...new Set(folders)],
    pathFolders: [dirname(executable)],
    ...(hasUserSite && { env: { PYTHONUSERBASE: userBase } }),
  };
}

/** What a pyenv shim's answer depends on besides its own file. */
function pyenvChoice(path: string, currentFolder: string, { env }: Caller): string {
  if (basename(dirname(path)) !== 'shims') return '';
  const root = dirname(dirname(path));
  const local = nearest('.python-version', currentFolder);
  const files = [local, join(root, 'version')].map((file) =>
    file && existsSync(file) ? readFileSync(file, 'utf8') : '',
  );
  return JSON.stringify([env['PYENV_VERSION'] ?? '', ...files]);
}

function nearest(name: string, folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, name))) return join(at, name);
    if (at === dirname(at)) return undefined;
  }
}
