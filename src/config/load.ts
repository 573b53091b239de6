import { readFileSync } from 'node:fs';
import { invertedBound } from '#model/constraints.ts';
import { LimberError } from '#model/errors.ts';
import { given } from '#model/given.ts';
import { deepFreeze } from './deep-freeze.ts';
import { describeIssues } from './describe-issues.ts';
import { isObject, merge } from './merge.ts';
import { configFile, type Environment } from './paths.ts';
import { configSchema, type Config, type ConfigInput } from './schema.ts';

/** What `overrides` may hold: any part of the configuration, at any depth. */
export type ConfigOverrides = AnyPart<ConfigInput>;

type AnyPart<Value> = Value extends object
  ? { readonly [Key in keyof Value]?: AnyPart<Value[Key]> | undefined }
  : Value;

const OPTIONS = 'given by options';

/**
 * Defaults, then the file ($LIMBER_CONFIG, else $XDG_CONFIG_HOME/limber/config.json, else
 * ~/.config/limber/config.json), then `overrides`; validated once and frozen.
 * Throws `config-invalid`, naming the file, the key, what was expected and what was got.
 */
export function loadConfig({
  env,
  overrides = {},
}: {
  readonly env: Environment;
  readonly overrides?: ConfigOverrides;
}): Config {
  const { path, isRequired } = configFile(env);
  const fromFile = readConfigFile(path, isRequired);
  validate(fromFile, path);
  return deepFreeze(validate(merge(fromFile, overrides), OPTIONS));
}

function readConfigFile(path: string, isRequired: boolean): Readonly<Record<string, unknown>> {
  const text = readText(path, isRequired);
  if (text === undefined) return {};
  const content = parseJson(text, path);
  if (!isObject(content)) throw invalid(path, 'expected a JSON object at the top');
  return content;
}

/** Without LIMBER_CONFIG, a file that is not there is no mistake. */
function readText(path: string, isRequired: boolean): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (!isRequired && (code === 'ENOENT' || code === 'ENOTDIR')) return undefined;
    const hint = isRequired ? '; LIMBER_CONFIG names this file' : '';
    throw invalid(path, `cannot be read (${message})${hint}`, error);
  }
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(path, `expected JSON, got a mistake: ${(error as Error).message}`, error);
  }
}

function validate(content: Readonly<Record<string, unknown>>, path: string): Config {
  const result = configSchema.safeParse(content, { reportInput: true });
  if (!result.success) throw invalid(path, describeIssues(result.error.issues), result.error);
  const { min, max } = result.data;
  // A maximum that is absent is what the node has: nothing to compare with yet.
  const unbounded = { ...min, ...given(max) };
  const key = invertedBound({ min, max: unbounded });
  if (key !== undefined)
    throw invalid(
      path,
      `min.${key}: expected at most max.${key} (${unbounded[key]}), got ${min[key]}`,
    );
  return result.data;
}

function invalid(path: string, problem: string, cause?: unknown): LimberError {
  return new LimberError('config-invalid', { path, problem }, { cause });
}
