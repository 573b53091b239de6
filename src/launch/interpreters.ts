import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { LimberError } from '#model/errors.ts';
import type { Language, Submission } from '#model/execution.ts';
import type { Caller, Executable } from './caller.ts';
import { findCommand, hintFor, notFound } from './command.ts';
import { findNode, ownNode, RUNS_JAVASCRIPT, RUNS_TYPESCRIPT } from './node.ts';
import { findPython } from './python.ts';
import { parseShebang } from './shebang.ts';

type Script = Pick<Submission, 'language' | 'currentFolder' | 'rootfs' | 'pod' | 'machine'> & {
  readonly scriptPath: string;
};

/**
 * What runs a script: argv up to the script, and what must be visible for it. Throws
 * `command-not-found` (127) with what to install.
 */
export function findInterpreter(script: Script, caller: Caller): Executable {
  const { language, currentFolder, rootfs } = script;
  const inRootfs = rootfs !== undefined || (script.pod ?? script.machine) !== undefined;
  switch (language) {
    case 'python':
      if (inRootfs) return byName(['python3', 'python'], script, caller);
      return findPython(currentFolder, caller) ?? missing('python3');
    case 'javascript':
      if (inRootfs) return byName(['node', 'nodejs'], script, caller);
      return findNode(RUNS_JAVASCRIPT, caller) ?? ownNode(caller);
    case 'typescript':
      if (inRootfs) return byName(['node'], script, caller);
      return findNode(RUNS_TYPESCRIPT, caller) ?? ownNode(caller);
    case 'shell':
      return findShell(script, caller);
    default:
      return findOther(script, caller);
  }
}

const COMMANDS: Partial<Readonly<Record<Language, readonly [string, ...string[]]>>> = {
  ruby: ['ruby'],
  php: ['php'],
  // Since Java 11 `java File.java` compiles in memory (JEP 330).
  java: ['java'],
  go: ['go', 'run'],
};

function findOther(script: Script, caller: Caller): Executable {
  const shebang = shebangOf(script);
  const words = shebang ?? COMMANDS[script.language];
  if (words === undefined)
    throw new LimberError('usage-invalid', {
      problem: `Limber does not compile ${script.language}`,
      hint: 'Build the program first and run the result: limber run -- ./program.',
    });
  const found = findCommand(words, script, caller);
  return { ...found, argv: [...found.argv, ...words.slice(1)] };
}

/** The shell that the script names where it is here, else bash, else sh. */
function findShell(script: Script, caller: Caller): Executable {
  const [named, ...args] = shebangOf(script) ?? [];
  const wanted = named === undefined ? [] : [basename(named)];
  // The first one counts where nobody can look whether it is there.
  const others = script.pod ? ['sh'] : ['bash', 'sh'];
  const found = byName([...wanted, ...others], script, caller);
  return found.argv[0] === wanted[0] ? { ...found, argv: [...found.argv, ...args] } : found;
}

function byName(names: readonly string[], script: Script, caller: Caller): Executable {
  for (const name of names) {
    try {
      return findCommand([name], script, caller);
    } catch (error) {
      if (!(error instanceof LimberError && error.code === 'command-not-found')) throw error;
    }
  }
  return missing(names[0]!);
}

function shebangOf({ scriptPath }: Script): readonly [string, ...string[]] | undefined {
  return parseShebang(readFileSync(scriptPath, 'utf8').slice(0, 256))?.words;
}

function missing(command: string): never {
  throw notFound(command, hintFor(command));
}
