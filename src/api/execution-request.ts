import { createHash } from 'node:crypto';
import { LimberError } from '#model/errors.ts';
import type { Language } from '#model/execution.ts';
import { given } from '#model/given.ts';
import type {
  ExecutionRequest,
  GivenArchive,
  GivenFile,
  Scaling,
} from '#serve/executions/request.ts';
import { partsOf } from '#serve/files/work-folder.ts';
import type { NewExecutionBody } from './schemas/execution.ts';

/** What inline code is called in its work folder. */
const ENDINGS: Readonly<Partial<Record<Language, string>>> = {
  python: 'py',
  javascript: 'js',
  typescript: 'ts',
  shell: 'sh',
  java: 'java',
  go: 'go',
  c: 'c',
  cpp: 'cpp',
  rust: 'rs',
  ruby: 'rb',
  php: 'php',
  csharp: 'cs',
};

/** The body as the service understands it; `largest` is what the server allows. */
export function toRequest(
  body: NewExecutionBody,
  largest: { readonly outputBytes: number },
): ExecutionRequest {
  const { language, stdin, probe, initial, timeoutMs, graceMs, maxProcesses, tmpBytes } = body;
  const { retryLost } = body;
  const asked = {
    ...{ language, probe, initial, timeoutMs, graceMs, maxProcesses, tmpBytes },
    retryLost,
  };
  return {
    program: programOf(body),
    files: filesOf(body),
    ...(body.archive && { archive: archiveOf(body.archive) }),
    env: body.env ?? {},
    labels: body.labels ?? {},
    network: body.network ?? 'none',
    maxOutputBytes: outputBytes(body.maxOutputBytes, largest.outputBytes),
    scaling: (body.scaling ?? {}) as Scaling,
    ...(stdin !== undefined && { stdin: typeof stdin === 'string' ? Buffer.from(stdin) : 'open' }),
    ...(given(asked) as Partial<ExecutionRequest>),
  };
}

/** What is stored of it: neither values of the environment, nor the contents that files have. */
export function toRemembered(
  body: NewExecutionBody,
  span?: { readonly traceparent: string },
): unknown {
  const { env, files, archive, stdin, ...rest } = body;
  return {
    ...rest,
    ...(span && { traceparent: span.traceparent }),
    ...(env && {
      env: Object.fromEntries(Object.keys(env).map((name) => [name, '(not recorded)'])),
    }),
    ...(archive && { archive: archive.id ?? '(given)' }),
    ...(files && { files: files.map(({ path }) => path) }),
    ...(stdin !== undefined && { stdin: typeof stdin === 'string' ? '(given)' : 'open' }),
  };
}

export function digestOf(body: NewExecutionBody): string {
  return createHash('sha256').update(JSON.stringify(body)).digest('hex');
}

function programOf({ code, entry, command, language, args = [] }: NewExecutionBody) {
  if (command) return { kind: 'command' as const, argv: [...command, ...args] };
  const path = code === undefined ? entry! : mainFile(language);
  partsOf(path);
  return { kind: 'script' as const, path, args };
}

function filesOf({ code, files = [], language }: NewExecutionBody): readonly GivenFile[] {
  const given = files.map(({ path, text, base64 }) => {
    partsOf(path);
    return {
      path,
      content: text === undefined ? Buffer.from(base64!, 'base64') : Buffer.from(text),
    };
  });
  if (code === undefined) return given;
  return [...given, { path: mainFile(language), content: Buffer.from(code) }];
}

function archiveOf({ id, base64 }: NonNullable<NewExecutionBody['archive']>): GivenArchive {
  return id === undefined ? { content: Buffer.from(base64!, 'base64') } : { id };
}

function mainFile(language: Language | undefined): string {
  return `main.${ENDINGS[language ?? 'unknown'] ?? 'txt'}`;
}

function outputBytes(asked: number | undefined, most: number): number {
  if (asked === undefined || asked <= most) return asked ?? most;
  throw new LimberError('request-invalid', {
    problem: `maxOutputBytes: expected at most ${most}, got ${asked}`,
  });
}
