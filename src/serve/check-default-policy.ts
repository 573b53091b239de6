import { configFile, type Environment } from '#config/paths.ts';
import { isBuiltIn, POLICY_NAMES } from '#model/constraints.ts';
import { LimberError } from '#model/errors.ts';
import type { ServiceStore } from '#record/service/service-store.ts';

/**
 * The policy of the configuration, where a request names none, must be one that some tenant has:
 * else every execution would be refused for it. Throws `config-invalid`.
 */
export function checkDefaultPolicy(policy: string, store: ServiceStore, env: Environment): void {
  if (isBuiltIn(policy) || store.hasDocumentNamed('policy', policy)) return;
  const known = POLICY_NAMES.join(', ');
  throw new LimberError('config-invalid', {
    path: configFile(env).path,
    problem: `policy: expected one of ${known}, or one that a tenant defined, got "${policy}"`,
  });
}
