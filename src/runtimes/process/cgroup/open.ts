import { attachV1Cgroup, createV1Cgroup } from './v1.ts';
import { attachV2Cgroup, createV2Cgroup } from './v2.ts';
import type { CgroupSpec, Hierarchy, InstanceCgroup } from './types.ts';

/** Makes the cgroups of a new instance; undefined where none can be had. */
export function createCgroup(hierarchy: Hierarchy, spec: CgroupSpec): InstanceCgroup | undefined {
  if (hierarchy.kind === 'v1') return createV1Cgroup(hierarchy.folders, spec);
  if (hierarchy.kind === 'v2') return createV2Cgroup(hierarchy.folder, spec);
  return undefined;
}

/** Takes up the cgroups of an instance that a former controller made. */
export function attachCgroup(hierarchy: Hierarchy, spec: CgroupSpec): InstanceCgroup | undefined {
  if (hierarchy.kind === 'v1') return attachV1Cgroup(hierarchy.folders, spec);
  if (hierarchy.kind === 'v2') return attachV2Cgroup(hierarchy.folder, spec);
  return undefined;
}
