import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { memoryBytesOf } from '#runtimes/kubernetes/quantity.ts';
import type { ConfigMap, Volume, VolumeMount } from '#runtimes/kubernetes/api/types.ts';
import type { Container, Pod } from './pod-types.ts';

/** The folders of a pod's volumes on this machine; what is in memory is made with its container. */
export function makeVolumes(
  pod: Pod,
  folder: string,
  userId: number,
  configMapOf: (name: string) => ConfigMap,
): void {
  for (const volume of pod.spec.volumes ?? []) {
    const path = `${folder}/${volume.name}`;
    mkdirSync(path);
    if (volume.configMap) writeConfigMap(path, configMapOf(volume.configMap.name));
    else {
      chownSync(path, 0, userId);
      chmodSync(path, 0o2777);
    }
  }
}

function writeConfigMap(path: string, { data = {}, binaryData = {} }: ConfigMap): void {
  for (const [key, text] of Object.entries(data)) writeFileSync(`${path}/${key}`, text);
  for (const [key, text] of Object.entries(binaryData))
    writeFileSync(`${path}/${key}`, Buffer.from(text, 'base64'));
}

/** Arguments of bubblewrap. */
export function mountArguments(pod: Pod, container: Container, folder: string): readonly string[] {
  return (container.volumeMounts ?? []).flatMap((mount) => {
    const volume = pod.spec.volumes?.find(({ name }) => name === mount.name);
    if (!volume) throw new Error(`no volume ${mount.name}`);
    return mountOne(volume, mount, folder);
  });
}

function mountOne(volume: Volume, mount: VolumeMount, folder: string): readonly string[] {
  return [...parentsOf(mount.mountPath), ...mountItself(volume, mount, folder)];
}

/** Whoever is not root must be able to enter them, which those that bubblewrap makes do not allow. */
function parentsOf(path: string): readonly string[] {
  const names = path.split('/').filter(Boolean).slice(0, -1);
  return names.flatMap((_, index) => ['--dir', `/${names.slice(0, index + 1).join('/')}`]);
}

function mountItself(volume: Volume, mount: VolumeMount, folder: string): readonly string[] {
  if (volume.emptyDir?.medium === 'Memory') {
    const bytes = memoryBytesOf(volume.emptyDir.sizeLimit ?? '64Mi');
    return ['--perms', '1777', '--size', String(bytes), '--tmpfs', mount.mountPath];
  }
  const source = [folder, volume.name, mount.subPath].filter(Boolean).join('/');
  return [mount.readOnly || volume.configMap ? '--ro-bind' : '--bind', source, mount.mountPath];
}
