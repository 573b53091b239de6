import type { Language } from '#model/execution.ts';
import { bash } from './bash/bash.ts';
import { c } from './c/c.ts';
import { cpp } from './cpp/cpp.ts';
import { csharp } from './csharp/csharp.ts';
import { go } from './go/go.ts';
import { java } from './java/java.ts';
import { javascript } from './javascript/javascript.ts';
import type { LanguageSpec } from './language-spec.ts';
import { php } from './php/php.ts';
import { python } from './python/python.ts';
import { ruby } from './ruby/ruby.ts';
import { rust } from './rust/rust.ts';
import { typescript } from './typescript/typescript.ts';

const SPECS: Readonly<Record<Exclude<Language, 'unknown'>, LanguageSpec>> = {
  python,
  javascript,
  typescript,
  java,
  go,
  c,
  cpp,
  rust,
  ruby,
  php,
  csharp,
  shell: bash,
};

/** Undefined for languages that Limber runs but does not read. */
export function specOf(language: Language): LanguageSpec | undefined {
  return language === 'unknown' ? undefined : SPECS[language];
}
