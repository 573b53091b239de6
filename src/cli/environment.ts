import { LimberError } from '#model/errors.ts';

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** `NAME=VALUE` sets, `NAME` alone copies from the caller; the last mention of a name counts. */
export function pickEnvironment(
  entries: readonly string[],
  callerEnv: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(entries.map((entry) => pickVariable(entry, callerEnv)));
}

function pickVariable(
  entry: string,
  callerEnv: Readonly<Record<string, string | undefined>>,
): readonly [string, string] {
  const equals = entry.indexOf('=');
  const name = equals < 0 ? entry : entry.slice(0, equals);
  if (!NAME.test(name)) throw invalid(entry, 'is not NAME=VALUE or NAME', NAME_HINT);
  if (equals >= 0) return [name, entry.slice(equals + 1)];
  const value = callerEnv[name];
  if (value === undefined)
    throw invalid(entry, 'is not set here', `Give a value: --env ${name}=VALUE.`);
  return [name, value];
}

const NAME_HINT = 'A name has letters, digits and underscores and does not begin with a digit.';

function invalid(entry: string, problem: string, hint: string): LimberError {
  return new LimberError('usage-invalid', { problem: `--env ${entry} ${problem}`, hint });
}
