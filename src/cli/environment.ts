import { LimberError } from '#model/errors.ts';

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
  if (equals >= 0) return [entry.slice(0, equals), entry.slice(equals + 1)];
  const value = callerEnv[entry];
  if (value !== undefined) return [entry, value];
  throw new LimberError('usage-invalid', {
    problem: `--env ${entry} copies a variable that is not set here`,
    hint: `Give a value: --env ${entry}=VALUE.`,
  });
}
