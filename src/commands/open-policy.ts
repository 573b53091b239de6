import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { checkTarget } from '#decide/check-target.ts';
import { createPolicy, type PolicyConfig } from '#decide/create-policy.ts';
import type { Policy } from '#decide/policy.ts';
import { isBuiltIn } from '#model/constraints.ts';
import { LimberError } from '#model/errors.ts';
import type { Submission } from '#model/execution.ts';

/** Where a policy's module is looked for, and what it is called. */
type Named = Pick<Submission, 'policy' | 'currentFolder'>;

/** As `openPolicyFactory`, for one run. */
export async function openPolicy(named: Named, config: PolicyConfig): Promise<Policy> {
  const create = await openPolicyFactory(named, config);
  return create();
}

/**
 * What makes a policy for each of several runs: a built-in one, or one from the user's own module
 * (docs/guides/write-a-policy.md), which runs inside Limber, with predictive to fall back on.
 * Throws `policy-unusable`, the factory too.
 */
export async function openPolicyFactory(
  { policy: name, currentFolder }: Named,
  config: PolicyConfig,
): Promise<() => Policy> {
  if (isBuiltIn(name)) return () => createPolicy(name, config);
  const create = await loadModule({ policy: name, currentFolder });
  return () => {
    const made = attempt(name, () => create(config));
    if (typeof made?.decide !== 'function')
      throw unusable(name, 'createPolicy returned no object with a function decide');
    return {
      name,
      decide: (input) => checkTarget(made.decide(input)),
      fallback: createPolicy('predictive', config),
    };
  };
}

type Create = (config: PolicyConfig) => Pick<Policy, 'decide'> | undefined;

async function loadModule({ policy, currentFolder }: Named): Promise<Create> {
  const path = attempt(policy, () => createRequire(`${currentFolder}/`).resolve(policy));
  const loaded = await importing(policy, path);
  if (typeof loaded.createPolicy !== 'function')
    throw unusable(policy, `${path} exports no function createPolicy`);
  return loaded.createPolicy as Create;
}

async function importing(policy: string, path: string): Promise<{ createPolicy?: unknown }> {
  try {
    return (await import(pathToFileURL(path).href)) as { createPolicy?: unknown };
  } catch (error) {
    throw unusable(policy, `the module cannot be loaded (${firstLine(error)})`, error);
  }
}

function attempt<Result>(policy: string, run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    throw unusable(policy, firstLine(error), error);
  }
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (text.split('\n')[0] ?? '').replace(/\.$/, '');
}

function unusable(policy: string, problem: string, cause?: unknown): LimberError {
  return new LimberError('policy-unusable', { policy, problem }, { cause });
}
