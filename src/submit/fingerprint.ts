import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { Language, Submission } from '#model/execution.ts';
import { isInside } from '#model/shown-folders.ts';
import { MAX_SCRIPT_BYTES } from './read-script.ts';

/** The source as tokens, without comments, layout and the names that its author chose. */
export type NormalizedTokens = (source: string, language: Language) => Promise<string> | string;

export type Fingerprints = Pick<Submission, 'fingerprint' | 'normalizedFingerprint'>;

/**
 * Exact: the same bytes with the same arguments. Normalised: the same code whatever its layout, and
 * whatever it is called with; what it is worth as a prediction is for the sizing to judge.
 */
export async function fingerprintScript(
  code: {
    readonly content: Buffer;
    readonly source: string;
    readonly language: Language;
    readonly args: readonly string[];
  },
  normalizedTokens: NormalizedTokens,
): Promise<Fingerprints> {
  const { content, source, language, args } = code;
  return {
    fingerprint: digest(['script', language, content, ...args]),
    normalizedFingerprint: digest(['tokens', language, await normalizedTokens(source, language)]),
  };
}

/** A command is its argv and the content of the file that it runs (`./a.out`, `perl job.pl`). */
export function fingerprintCommand(
  argv: readonly string[],
  currentFolder: string,
  content = contentOfNamedFile(argv, currentFolder),
): Fingerprints {
  const [command = '', ...args] = argv;
  // `make -j8` and `/usr/bin/make -j4` are the same work to a first approximation.
  const shape = [basename(command), ...args.map((arg) => arg.replace(/\d+/g, '#'))];
  return {
    fingerprint: digest(['command', content, ...argv]),
    normalizedFingerprint: digest(['command shape', content, ...shape]),
  };
}

/** The same code under another name is other code. */
export function scopedFingerprint(scope: string, fingerprint: string): string {
  return digest(['scope', scope, fingerprint]);
}

/** The user's own program or the script handed to an interpreter; tools elsewhere are not content. */
function contentOfNamedFile(
  [command = '', ...args]: readonly string[],
  currentFolder: string,
): Buffer | string {
  const own = command.includes('/') && isInside(resolve(currentFolder, command), currentFolder);
  const script = args.find((arg) => !arg.startsWith('-'));
  for (const path of [own ? command : undefined, script]) {
    const content = path === undefined ? undefined : readIfFile(resolve(currentFolder, path));
    if (content !== undefined) return content;
  }
  return '';
}

/** A file that cannot be read is no error here: the command itself will say so, if it needs it. */
export function readIfFile(path: string): Buffer | undefined {
  try {
    const stat = statSync(path);
    return stat.isFile() && stat.size <= MAX_SCRIPT_BYTES ? readFileSync(path) : undefined;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}

/** Lengths keep ['ab', 'c'] and ['a', 'bc'] apart. */
function digest(parts: readonly (string | Buffer)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part);
  return hash.digest('hex');
}
