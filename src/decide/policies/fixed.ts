import type { Policy } from '../policy.ts';

/** `static` keeps the first allocation; `unlimited` never had one. Neither ever changes its mind. */
export function fixedPolicy(name: 'static' | 'unlimited'): Policy {
  return { name, decide: () => undefined };
}
