import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Caller } from './caller.ts';

const TIMEOUT_MS = 10_000;

type Question = {
  readonly path: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Whatever else the answer depends on. */
  readonly depends: string;
};

/**
 * Asks an interpreter about itself. Starting one costs 30 ms and more, so the answer is kept for as
 * long as its file stays the same. Undefined when it does not work. It runs outside of any sandbox:
 * in /, so that nothing in the current folder can be imported, and without variables that inject code.
 */
export function ask<Facts>(question: Question, caller: Caller): Facts | undefined {
  const cachePath = join(caller.runtimeFolder, 'interpreters', `${keyOf(question, caller)}.json`);
  const known = readAnswer<Facts>(cachePath);
  if (known !== undefined) return known;
  const {
    PYTHONPATH: _path,
    PYTHONSTARTUP: _startup,
    PYTHONHOME: _home,
    NODE_OPTIONS: _options,
    ...env
  } = caller.env;
  const { status, stdout } = spawnSync(question.path, [...question.args], {
    cwd: '/',
    env: { ...env, ...question.env },
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const facts = status === 0 ? parse<Facts>(stdout) : undefined;
  if (facts !== undefined) keep(cachePath, facts);
  return facts;
}

function keyOf({ path, args, depends }: Question, { env }: Caller): string {
  const { mtimeMs, size, ino } = statSync(path);
  const key = JSON.stringify([path, mtimeMs, size, ino, args, depends, env['HOME'] ?? '']);
  return createHash('sha256').update(key).digest('hex').slice(0, 32);
}

function readAnswer<Facts>(path: string): Facts | undefined {
  try {
    return parse<Facts>(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}

/** Several runs may ask at once: whoever comes last replaces the whole file with the same answer. */
function keep(path: string, facts: unknown): void {
  mkdirSync(join(path, '..'), { recursive: true, mode: 0o700 });
  writeFileSync(`${path}.${process.pid}`, JSON.stringify(facts), { mode: 0o600 });
  renameSync(`${path}.${process.pid}`, path);
}

function parse<Facts>(text: string): Facts | undefined {
  try {
    return JSON.parse(text) as Facts;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
