import type { Language } from '#model/execution.ts';

const MIB = 2 ** 20;

/** Working set of an interpreter that has just started, measured with the sandbox around it. */
const INTERPRETER_MIB: Partial<Record<Language, number>> = {
  python: 10,
  javascript: 45,
  typescript: 60,
  java: 60,
  ruby: 20,
  php: 20,
  csharp: 60,
  shell: 2,
};

export function interpreterBytesOf(language: Language): number {
  return (INTERPRETER_MIB[language] ?? 4) * MIB;
}
