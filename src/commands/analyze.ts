import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { analyze } from '#analyze/analyze.ts';
import { languageOf } from '#analyze/language-of.ts';
import { analyzeFiles } from '#analyze/project/analyze-files.ts';
import { readSource } from '#analyze/project/analyze-file.ts';
import { sourceFiles } from '#analyze/project/source-files.ts';
import { filesOver, report } from '#analyze/report/report.ts';
import { createProgress } from '#cli/progress.ts';
import { STDIN, type AnalyzeOptions } from '#cli/handlers.ts';
import { exitCodeOf, openOutput } from '#cli/streams.ts';
import { plainStyle, styleFor, type Style } from '#cli/style.ts';
import { loadConfig } from '#config/load.ts';
import { resolvePaths, type Environment } from '#config/paths.ts';
import type { ComplexityProfile } from '#model/complexity.ts';
import { LimberError } from '#model/errors.ts';
import packageJson from '#package.json' with { type: 'json' };

const STDOUT = 1;

/** `limber analyze`: what the code looks like, before it runs. */
export async function analyzeCommand(options: AnalyzeOptions, env: Environment): Promise<number> {
  const { profiles, sources } = options.paths.includes(STDIN)
    ? await readStdin(options, env)
    : await readFiles(options, env);
  const page = report(options.format, {
    profiles,
    sources,
    version: packageJson.version,
    style: tableStyle(options),
  });
  const exitCode = await deliver(page, options.output);
  if (options.failOver !== undefined) failOver(profiles, options.failOver);
  return exitCode;
}

type Read = {
  readonly profiles: readonly ComplexityProfile[];
  /** By file name, where they are shown; what came from stdin has none. */
  readonly sources: ReadonlyMap<string, string>;
};

async function readFiles(options: AnalyzeOptions, env: Environment): Promise<Read> {
  const files = sourceFiles(options.paths, warnOfFolder);
  if (files.length === 0)
    throw new LimberError('source-not-found', { path: options.paths.join(', ') });
  return {
    profiles: await profilesOf(files, options, env),
    sources: await sourcesOf(files, options),
  };
}

function warnOfFolder(path: string, problem: string): void {
  process.stderr.write(`limber: Left out ${path}: ${problem}.\n`);
}

async function readStdin(options: AnalyzeOptions, env: Environment): Promise<Read> {
  const source = await text(process.stdin);
  const { weights } = loadConfig({ env }).complexity;
  const language = options.language ?? languageOf(STDIN, source);
  const profiles = [await analyze({ source, language, weights })];
  return { profiles, sources: new Map(showsCode(options, 1) ? [['', source]] : []) };
}

/** Only a terminal has an end to its lines. */
function tableStyle({ output }: AnalyzeOptions): Style {
  const columns = process.stdout.columns ?? Infinity;
  return output === undefined
    ? { ...styleFor(process.stdout), columns }
    : plainStyle({ columns: Infinity });
}

async function profilesOf(
  files: readonly string[],
  { language, cache }: AnalyzeOptions,
  env: Environment,
): Promise<ComplexityProfile[]> {
  const { home } = resolvePaths({ env, uid: process.getuid?.() ?? 0 });
  const { weights } = loadConfig({ env }).complexity;
  const progress = createProgress(process.stderr, 'files');
  try {
    return await analyzeFiles(files, {
      language,
      // A single file is analysed faster than it is looked for.
      cacheFolder: cache && files.length > 1 ? join(home, 'cache', 'analyze') : undefined,
      onProgress: progress.update,
      weights,
    });
  } finally {
    progress.stop();
  }
}

/** A page for one file shows its code unasked: a click away is not on paper. */
function showsCode({ source, format }: AnalyzeOptions, files: number): boolean {
  return source || (format === 'html' && files === 1);
}

async function sourcesOf(
  files: readonly string[],
  options: AnalyzeOptions,
): Promise<Map<string, string>> {
  const sources = new Map<string, string>();
  if (!showsCode(options, files.length)) return sources;
  for (const file of files) sources.set(file, (await readSource(file)).source);
  return sources;
}

async function deliver(page: string, path: string | undefined): Promise<number> {
  if (path === undefined) {
    const stdout = openOutput(STDOUT);
    await stdout.write(page);
    return exitCodeOf(stdout);
  }
  try {
    writeFileSync(path, page);
    return 0;
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new LimberError('report-unwritable', { path, problem }, { cause: error });
  }
}

function failOver(profiles: readonly ComplexityProfile[], score: number): void {
  const over = filesOver(profiles, score);
  if (over.length === 0) return;
  const files = over
    .map((profile) => `${profile.file ?? 'standard input'} (${Math.round(profile.score)})`)
    .join(', ');
  throw new LimberError('score-exceeded', { score, files });
}
