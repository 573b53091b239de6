import { statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Language } from '#model/execution.ts';
import { isInside } from '#model/shown-folders.ts';

export type CommandScript = {
  readonly path: string;
  readonly args: readonly string[];
  /** What the interpreter reads, where the name of the file does not say it. */
  readonly language: Language;
};

/** The words after an interpreter's own options: a file, or a module of Python. */
type Handed = {
  readonly language: Language;
  readonly file?: string;
  readonly module?: string;
  readonly args: readonly string[];
};

type Place = {
  readonly currentFolder: string;
  /** Where it starts, if somewhere else: relative names are of there, and are not followed. */
  readonly workingFolder: string | undefined;
};

/**
 * The script that a command hands to an interpreter: `python3 -u job.py`, `python -m pkg.mod`,
 * `node --max-old-space-size=64 app.js`, `bash x.sh`, also behind `env VAR=1` and `uv run`.
 * Undefined for everything else, and for what does not lie below the folder that the program sees.
 */
export function findCommandScript(
  argv: readonly string[],
  { currentFolder, workingFolder }: Place,
): CommandScript | undefined {
  const handed = workingFolder === undefined ? handedTo(argv) : undefined;
  if (handed === undefined) return undefined;
  const { file, module, args, language } = handed;
  const path = [file === undefined ? modulePaths(module) : [file]]
    .flat()
    .map((name) => resolve(currentFolder, name))
    .find((name) => isInside(name, currentFolder) && isFile(name));
  return path === undefined ? undefined : { path, args, language };
}

function handedTo([command, ...words]: readonly string[]): Handed | undefined {
  if (command === undefined) return undefined;
  const name = basename(command);
  if (name === 'env') return handedTo(behindEnv(words));
  if (name === 'uv') return words[0] === 'run' ? behindUv(words.slice(1)) : undefined;
  if (/^(python|pypy)[\d.]*$/.test(name)) return toPython(words);
  if (/^(node|nodejs)$/.test(name)) return toFile(words, NODE, 'javascript');
  return /^(ba|da|z|k)?sh$/.test(name) ? toFile(words, SHELL, 'shell') : undefined;
}

/** `-i`, `-u NAME` and assignments; another folder, or a line to be taken apart, is not followed. */
function behindEnv(words: readonly string[]): readonly string[] {
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    if (word === '-u' || word === '--unset') at++;
    else if (!/^(-|-i|--|--ignore-environment|--unset=.*|[^-=][^=]*=.*)$/s.test(word))
      return word.startsWith('-') ? [] : words.slice(at);
  }
  return [];
}

const UV = {
  stops: /^(-m|--module|--directory|--gui-script)(=|$)/,
  valued: /^(-p|-w|--(with|with-editable|with-requirements|python|extra|group|env-file|package))$/,
};

/** uv runs a file that is called `.py` by Python, and anything else as a command. */
function behindUv(words: readonly string[]): Handed | undefined {
  const rest = behindOptions(words, UV);
  const [first = '', ...args] = rest ?? [];
  if (rest === undefined) return undefined;
  return first.endsWith('.py') ? { language: 'python', file: first, args } : handedTo(rest);
}

type Options = {
  /** After which there is no script, or one that cannot be told. */
  readonly stops: RegExp;
  /** Those whose value is the next word. */
  readonly valued: RegExp;
};

const NODE: Options = {
  stops: /^(-e|-p|-pe|-c|-i|--(eval|print|check|interactive|test|run|watch|watch-path))(=|$)/,
  valued:
    /^(-r|-C|--(require|import|loader|experimental-loader|conditions|env-file|title|input-type))$/,
};

/** Clustered flags end in the one that takes a value: `-euo pipefail`. */
const SHELL: Options = {
  stops: /^[-+](?!-)\w*[csi]|^--(help|version)$/,
  valued: /^[-+](?!-)\w*[oO]$|^--(rcfile|init-file)$/,
};

function toFile(
  words: readonly string[],
  options: Options,
  language: Language,
): Handed | undefined {
  const [file, ...args] = behindOptions(words, options) ?? [];
  return file === undefined ? undefined : { language, file, args };
}

function behindOptions(
  words: readonly string[],
  { stops, valued }: Options,
): readonly string[] | undefined {
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    if (word === '--') return words.slice(at + 1);
    if (word === '-' || stops.test(word)) return undefined;
    if (!/^[-+]/.test(word)) return words.slice(at);
    if (valued.test(word)) at++;
  }
  return undefined;
}

/** https://docs.python.org/3/using/cmdline.html: flags may be clustered, and the last have a value. */
function toPython(words: readonly string[]): Handed | undefined {
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    if (!word.startsWith('-')) return { language: 'python', file: word, args: words.slice(at + 1) };
    if (word === '--check-hash-based-pycs') at++;
    const [, letter, joined] = /^-[BbdEIiOPqRSsuvx]*([WXm])(.*)$/s.exec(word) ?? [];
    const isKnown = letter !== undefined || /^(-[BbdEIiOPqRSsuvx]+|--check-hash.*)$/.test(word);
    if (!isKnown) return undefined;
    if (letter === 'm') {
      const module = joined || words[++at];
      return module === undefined
        ? undefined
        : { language: 'python', module, args: words.slice(at + 1) };
    }
    if (letter !== undefined && joined === '') at++;
  }
  return undefined;
}

/** `python -m` looks into the folder that it starts in first. */
function modulePaths(module = ''): string[] {
  if (!/^[\p{L}_][\p{L}\p{N}_]*(\.[\p{L}_][\p{L}\p{N}_]*)*$/u.test(module)) return [];
  const path = module.replaceAll('.', '/');
  return [join(path, '__main__.py'), `${path}.py`];
}

/** What cannot be looked at is for the command itself to complain about. */
function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
  } catch {
    return false;
  }
}
