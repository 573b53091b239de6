import { dirname } from 'node:path';
import type { Caller, Executable } from './caller.ts';
import { ask } from './probe.ts';
import { candidates, pathFolders } from './search-path.ts';
import { toolFoldersOf } from './tool-folders.ts';

type NodeFacts = { readonly executable: string; readonly version: string };
type Accepts = (major: number, minor: number) => boolean;

/** The oldest line that its makers still keep safe. */
export const RUNS_JAVASCRIPT: Accepts = (major) => major >= 20;

/** Strips types without a flag: since 22.18 and 23.6 (nodejs.org/api/typescript.html). */
export const RUNS_TYPESCRIPT: Accepts = (major, minor) =>
  major >= 24 || (major === 23 && minor >= 6) || (major === 22 && minor >= 18);

const QUESTION = 'JSON.stringify({ executable: process.execPath, version: process.versions.node })';

/** The first node on PATH that is new enough. */
export function findNode(accepts: Accepts, caller: Caller): Executable | undefined {
  for (const path of candidates('node', pathFolders(caller.env['PATH']))) {
    const facts = ask<NodeFacts>({ path, args: ['-p', QUESTION], env: {}, depends: '' }, caller);
    const [major = 0, minor = 0] = (facts?.version ?? '').split('.').map(Number);
    if (facts && accepts(major, minor)) return asExecutable(facts.executable, caller);
  }
  return undefined;
}

/** Limber itself runs on a Node that can do both. */
export function ownNode(caller: Caller): Executable {
  return asExecutable(caller.nodePath, caller);
}

function asExecutable(path: string, { env }: Caller): Executable {
  return { argv: [path], folders: toolFoldersOf(path, env), pathFolders: [dirname(path)] };
}
