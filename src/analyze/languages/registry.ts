import type { Language } from '#model/execution.ts';
import { java } from './java/java.ts';
import { javascript } from './javascript/javascript.ts';
import type { LanguageSpec } from './language-spec.ts';
import { python } from './python/python.ts';
import { typescript } from './typescript/typescript.ts';

const SPECS: Partial<Record<Language, LanguageSpec>> = {
  python,
  javascript,
  typescript,
  java,
};

/** Undefined for languages that Limber runs but does not read. */
export function specOf(language: Language): LanguageSpec | undefined {
  return SPECS[language];
}
