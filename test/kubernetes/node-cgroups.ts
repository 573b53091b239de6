import { dirname } from 'node:path';
import type { CgroupPlace } from '#node-agent/find-cgroup.ts';
import { makeFolder, tryRemove, writeKernelFile } from '#runtimes/process/cgroup/files.ts';
import type { Hierarchy } from '#runtimes/process/cgroup/types.ts';

/** Hands controllers down to where a pod's containers are; v1 has none to hand down. */
export function delegateTo(hierarchy: Hierarchy, path: string): void {
  if (hierarchy.kind !== 'v2') return;
  let folder = hierarchy.folder;
  for (const name of dirname(path).split('/')) {
    folder = `${folder}/${name}`;
    makeFolder(folder);
    writeKernelFile(`${folder}/cgroup.subtree_control`, '+cpu +memory +pids');
  }
}

/** Those above a node's pods, which nobody else removes. */
export function removeAbove(hierarchy: Hierarchy, paths: readonly string[]): void {
  for (const path of paths) for (const root of rootsOf(hierarchy)) tryRemove(`${root}/${path}`);
}

export function placeOf(hierarchy: Hierarchy, path: string): CgroupPlace {
  if (hierarchy.kind === 'none') throw new Error(hierarchy.problem);
  const isV1 = hierarchy.kind === 'v1';
  const parent = dirname(isV1 ? hierarchy.folders.memory : hierarchy.folder);
  return { mount: isV1 ? dirname(parent) : parent, root: `/limber/${path}` };
}

function rootsOf(hierarchy: Hierarchy): readonly string[] {
  if (hierarchy.kind === 'v2') return [hierarchy.folder];
  if (hierarchy.kind === 'none') return [];
  return [...new Set(Object.values(hierarchy.folders))].filter((root) => root !== undefined);
}
