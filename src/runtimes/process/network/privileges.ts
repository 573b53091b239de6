import { readFileSync } from 'node:fs';
import { LimberError } from '#model/errors.ts';

/** Bits of /proc/<pid>/status CapEff, linux/capability.h. */
const NEEDED = { CAP_NET_ADMIN: 12n, CAP_SYS_ADMIN: 21n } as const;

/** Capabilities that namespaces, veth pairs and firewall rules take and this process lacks. */
export function missingCapabilities(
  status = readFileSync('/proc/self/status', 'latin1'),
): string[] {
  const [, hex = '0'] = /^CapEff:\s*([0-9a-f]+)/m.exec(status) ?? [];
  const effective = BigInt(`0x${hex}`);
  return Object.entries(NEEDED)
    .filter(([, bit]) => ((effective >> bit) & 1n) === 0n)
    .map(([name]) => name);
}

export const PRIVILEGE_HINT =
  'Run Limber as root (sudo), or run without --network; a network for runs that are not root is not built yet.';

export function requireCapabilities(): void {
  const missing = missingCapabilities();
  if (missing.length === 0) return;
  throw new LimberError('network-unavailable', {
    problem: `it takes ${missing.join(' and ')}, which this process does not have`,
    hint: PRIVILEGE_HINT,
  });
}
