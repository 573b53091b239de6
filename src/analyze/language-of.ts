import type { Language } from '#model/execution.ts';

const BY_EXTENSION: Readonly<Record<string, Language>> = {
  py: 'python',
  pyw: 'python',
  pyi: 'python',
  ipynb: 'python',
  js: 'javascript',
  mjs: 'javascript',
  cjs: 'javascript',
  jsx: 'javascript',
  ts: 'typescript',
  mts: 'typescript',
  cts: 'typescript',
  tsx: 'typescript',
  sh: 'shell',
  bash: 'shell',
  zsh: 'shell',
  ksh: 'shell',
  java: 'java',
  go: 'go',
  c: 'c',
  h: 'c',
  cc: 'cpp',
  cpp: 'cpp',
  cxx: 'cpp',
  hh: 'cpp',
  hpp: 'cpp',
  hxx: 'cpp',
  rs: 'rust',
  rb: 'ruby',
  php: 'php',
  cs: 'csharp',
};

const BY_INTERPRETER: readonly (readonly [RegExp, Language])[] = [
  [/^python[\d.]*$|^pypy[\d.]*$/, 'python'],
  [/^(node|nodejs|bun)$/, 'javascript'],
  [/^(deno|tsx|ts-node)$/, 'typescript'],
  [/^(ba|da|z|k|a)?sh$/, 'shell'],
  [/^ruby[\d.]*$/, 'ruby'],
  [/^php[\d.]*$/, 'php'],
];

/** What C++ has and C has not, at the start of a line. */
const CPP_ONLY =
  /^[ \t]*(?:template\s*<|(?:inline\s+)?namespace\b[^;=\n]*\{|(?:class|struct)\s+\w+(?:\s+final)?\s*:(?!:)|class\s+\w+\s*(?:final\s*)?\{|(?:public|protected|private)\s*:|using\s+(?:namespace\s+)?\w+(?:::\w+)*\s*[;=])/m;
/** A header that C includes as well says so. */
const FOR_BOTH = /^[ \t]*#[ \t]*if.*\b__cplusplus\b/m;
const LONGEST_HEADER = 200_000;

/** By extension; where there is none that says it, by the interpreter in the first line. */
export function languageOf(path: string, source?: string): Language {
  const base = path.slice(path.search(/[^/\\]*$/));
  const dot = base.lastIndexOf('.');
  const extension = dot === -1 ? '' : base.slice(dot + 1).toLowerCase();
  if (extension === 'h' && isCpp(source)) return 'cpp';
  return (
    (Object.hasOwn(BY_EXTENSION, extension) ? BY_EXTENSION[extension] : undefined) ??
    byShebang(source) ??
    'unknown'
  );
}

/** Headers of both languages end in `.h`. */
function isCpp(source: string | undefined): boolean {
  const text = source?.slice(0, LONGEST_HEADER) ?? '';
  return CPP_ONLY.test(text) && !FOR_BOTH.test(text);
}

/** `#!/usr/bin/env -S python3 -u` → python. */
function byShebang(source: string | undefined): Language | undefined {
  const [, line] = /^\uFEFF?#!(.{1,200})/.exec(source ?? '') ?? [];
  if (line === undefined) return undefined;
  const words = line
    .trim()
    .split(/\s+/)
    .map((word) => word.slice(word.lastIndexOf('/') + 1));
  const interpreter =
    words[0] === 'env' ? words.slice(1).find((word) => !/^-|=/.test(word)) : words[0];
  return BY_INTERPRETER.find(([pattern]) => pattern.test(interpreter ?? ''))?.[1];
}
