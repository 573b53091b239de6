import { LimberError } from '#model/errors.ts';
import { ToolFailure } from './tool.ts';

/** What the kernel's terse answers mean for the user, first match wins. */
const HINTS: readonly (readonly [RegExp, string])[] = [
  [
    /Operation not permitted|Permission denied/,
    'Run as root (it takes CAP_NET_ADMIN and CAP_SYS_ADMIN).',
  ],
  [/Read-only file system/, 'Make /proc/sys and /run writable for Limber.'],
  [/qdisc kind is unknown|tbf/i, 'The kernel lacks the tbf shaper: modprobe sch_tbf'],
  [/Unknown device type|type "?veth/i, 'The kernel lacks veth pairs: modprobe veth'],
  [
    /nft|table|Protocol not supported/i,
    'The kernel lacks nftables with NAT: modprobe nf_tables nft_masq',
  ],
];

/** The one translation of what `ip`, `tc`, `nft` and the kernel's files say into the catalogue. */
export function explainFailure(error: unknown): LimberError {
  if (error instanceof LimberError) return error;
  const problem = error instanceof Error ? error.message : String(error);
  const said = error instanceof ToolFailure ? `${error.tool}: ${error.stderr}` : problem;
  const hint =
    HINTS.find(([pattern]) => pattern.test(said))?.[1] ?? '`limber doctor` shows what is missing.';
  return new LimberError('network-unavailable', { problem, hint }, { cause: error });
}
