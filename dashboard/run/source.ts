import { useSignal, type Signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Analysis, Execution } from '#client/index.ts';
import { client } from '../api/session.ts';
import { LANGUAGES, type CodeLanguage } from '../code/highlight.ts';

export type Source = {
  readonly file: string;
  readonly code: string;
  readonly language: CodeLanguage;
  readonly analysis: Analysis | undefined;
};

const ENDINGS: Readonly<Record<CodeLanguage, string>> = {
  python: 'py',
  javascript: 'js',
  typescript: 'ts',
  shell: 'sh',
  ruby: 'rb',
  php: 'php',
  go: 'go',
  java: 'java',
  c: 'c',
  cpp: 'cpp',
  csharp: 'cs',
  rust: 'rs',
};

/** The text that it runs and what analysis says of it; undefined for a command, or where it is gone. */
export function useSource(execution: Execution | undefined): Signal<Source | undefined> {
  const source = useSignal<Source | undefined>(undefined);
  useEffect(() => {
    const gone = new AbortController();
    if (execution) void load(execution, source, gone.signal);
    return () => gone.abort();
  }, [execution?.id]);
  return source;
}

async function load(
  execution: Execution,
  into: Signal<Source | undefined>,
  signal: AbortSignal,
): Promise<void> {
  try {
    const found = await textOf(execution, signal);
    if (!found) return;
    into.value = { ...found, analysis: undefined };
    const { code, language, file } = found;
    into.value = {
      ...found,
      analysis: await client().analyze({ code, language, file }, { signal }),
    };
  } catch {
    // The file may be gone, or not ours to read: the page stands without it.
  }
}

async function textOf({ id, request }: Execution, signal: AbortSignal) {
  const { code, entry } = request;
  if (typeof code === 'string') {
    const language = languageOf(request['language']);
    return language && { file: `main.${ENDINGS[language]}`, code, language };
  }
  if (typeof entry !== 'string') return undefined;
  const language = languageOf(request['language']) ?? languageBy(entry);
  if (!language) return undefined;
  const bytes = await client().executions.readFile(id, entry, { signal });
  return { file: entry, code: new TextDecoder().decode(bytes), language };
}

function languageOf(name: unknown): CodeLanguage | undefined {
  return LANGUAGES.find((known) => known === name);
}

function languageBy(path: string): CodeLanguage | undefined {
  return LANGUAGES.find((name) => path.endsWith(`.${ENDINGS[name]}`));
}
