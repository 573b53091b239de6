import { existsSync, readdirSync } from 'node:fs';
import { hasCode } from '#runtimes/process/cgroup/files.ts';

const CLASSES = ['burstable', '', 'besteffort'] as const;

export type CgroupPlace = {
  /** Where the hierarchies are mounted, usually /sys/fs/cgroup. */
  readonly mount: string;
  /** The kubelet's --cgroup-root; empty for the root. */
  readonly root: string;
};

export type FoundCgroup = {
  readonly version: 1 | 2;
  readonly podFolder: string;
  readonly folder: string;
};

/**
 * The memory cgroup of a container, as kubelets lay them out with either driver; undefined until it is
 * there. Source: pkg/kubelet/cm/cgroup_manager_linux.go, pod_container_manager_linux.go.
 */
export function findCgroup(
  { mount, root }: CgroupPlace,
  podUid: string,
  containerId: string,
): FoundCgroup | undefined {
  const version = existsSync(`${mount}/memory/tasks`) ? 1 : 2;
  const base = (version === 1 ? `${mount}/memory` : mount) + root;
  for (const path of podFolders(podUid)) {
    const podFolder = `${base}/${path}`;
    const name = foldersIn(podFolder).find((one) => one.includes(containerId));
    if (name !== undefined) return { version, podFolder, folder: `${podFolder}/${name}` };
  }
  return undefined;
}

/** Drivers cgroupfs and systemd; a guaranteed pod has no class in its path. */
function podFolders(uid: string): readonly string[] {
  return CLASSES.flatMap((name) => {
    const slice = name === '' ? 'kubepods' : `kubepods-${name}`;
    const above = name === '' ? 'kubepods.slice' : `kubepods.slice/${slice}.slice`;
    return [
      ['kubepods', name, `pod${uid}`].filter(Boolean).join('/'),
      `${above}/${slice}-pod${uid.replaceAll('-', '_')}.slice`,
    ];
  });
}

function foldersIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENODEV')) return [];
    throw error;
  }
}
