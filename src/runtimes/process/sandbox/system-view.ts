import type { LaunchSpec } from '#model/launch.ts';
import { hardening, type HardeningOptions } from './system-view-hardening.ts';
import { realHostFiles, type HostFiles } from './system-view-host.ts';
import { withMountPoints } from './system-view-mount-points.ts';
import { readOnly, type Placement } from './system-view-placement.ts';
import { ownPlacements } from './system-view-own.ts';
import { hiddenPlacements, shownPlacements } from './system-view-shown.ts';
import { systemPlacements } from './system-view-system.ts';

export type SandboxInput = HardeningOptions & {
  readonly spec: Pick<LaunchSpec, 'env' | 'view' | 'probe'>;
  /** Holds tmp, merged and shared. */
  readonly stateFolder: string;
  /** Holds passwd, group, hosts, hostname and resolv.conf; those of `etcFolder` need no mount of their own. */
  readonly identityFolder: string;
  /** From `prepareEtc`; without it every entry of /etc costs a mount, 9 ms in all. */
  readonly etcFolder?: string;
};

/**
 * The arguments of bubblewrap up to, not including, `--` and the command. They hold the program's
 * environment, so they go through `--args FD` and never onto a command line that others can read.
 * Pure but for what it asks of `host`. Decision: docs/decisions/0002-sandbox-view.md.
 */
export function sandboxArguments(input: SandboxInput, host: HostFiles = realHostFiles): string[] {
  const { spec, stateFolder, identityFolder, etcFolder } = input;
  // Later ones replace earlier ones at the same path inside.
  const placements = [
    ...systemPlacements({ identityFolder, etcFolder, rootfs: spec.view.rootfs }, host),
    ...shownPlacements(spec.view, host),
    ...ownPlacements(stateFolder, spec.view, host),
    ...(spec.probe ? [readOnly(spec.probe.folder, '/run/limber/probes')] : []),
  ];
  const all = [...placements, ...hiddenPlacements(placements, spec.view.hiddenFolders, host)];
  return [
    ...hardening(input),
    ...toArguments(withMountPoints(all, host)),
    ...Object.entries(spec.env).flatMap(([name, value]) => ['--setenv', name, value]),
    '--chdir',
    spec.view.workingFolder,
  ];
}

function toArguments(placements: readonly Placement[]): readonly string[] {
  const sealed = placements.filter(isSealed);
  return [
    ...placements.flatMap(placementArguments),
    // Sealed last: until here bubblewrap makes mount points in them. Its root is a tmpfs as well.
    ...[...sealed.map(({ guest }) => guest), '/'].flatMap((guest) => ['--remount-ro', guest]),
  ];
}

function isSealed(placement: Placement): boolean {
  if (placement.kind === 'proc') return !placement.writable;
  return placement.kind === 'sealed' || placement.kind === 'dev';
}

function placementArguments(placement: Placement): readonly string[] {
  const { guest } = placement;
  switch (placement.kind) {
    case 'bind':
      return [placement.writable ? '--bind' : '--ro-bind', placement.host, guest];
    case 'link':
      return ['--symlink', placement.target, guest];
    case 'sealed':
      return ['--perms', placement.readable ? '0755' : '0000', '--tmpfs', guest];
    case 'scratch':
      return ['--perms', '1777', '--tmpfs', guest];
    case 'proc':
    case 'dev':
      return [`--${placement.kind}`, guest];
  }
}
