import { readdirSync, readFileSync } from 'node:fs';
import type { LaunchSpec } from '#model/launch.ts';
import type { Client } from '../api/client.ts';
import { ifThere } from '../api/failure.ts';
import type { ConfigMap, Pod } from '../api/types.ts';
import { packProbes, type PackedFiles } from '../files/pack.ts';
import { executionLabels, podName } from './names.ts';

export type ShownFile = { readonly key: string; readonly path: string };

/** Files outside of the work folder, each shown at its own place. */
export function shownFiles({ view }: LaunchSpec): readonly ShownFile[] {
  return view.files.map((path, index) => ({ key: `file-${index}`, path }));
}

/** What a pod needs of Limber: its scripts, its probes, and the work folder where that is small. */
export async function configMap(input: {
  readonly spec: LaunchSpec;
  readonly namespace: string;
  readonly installation: string;
  readonly scriptsFolder: string;
  readonly files: PackedFiles;
}): Promise<ConfigMap> {
  const { spec, namespace, installation, scriptsFolder, files } = input;
  const scripts = readdirSync(scriptsFolder).map((name) => [
    name,
    readFileSync(`${scriptsFolder}/${name}`, 'utf8'),
  ]);
  const { probe } = spec;
  const binary = {
    ...(files.kind === 'packed' && files.archive && { 'files.tar.gz': files.archive }),
    ...(probe && { 'probes.tar.gz': await packProbes(probe.folder) }),
    ...Object.fromEntries(
      Object.entries(probe?.files ?? {}).map(([name, text]) => [
        `probe-${name}`,
        Buffer.from(text),
      ]),
    ),
    ...Object.fromEntries(shownFiles(spec).map(({ key, path }) => [key, readFileSync(path)])),
  };
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: podName(spec),
      namespace,
      labels: executionLabels(spec.id, installation),
    },
    data: Object.fromEntries(scripts),
    binaryData: Object.fromEntries(
      Object.entries(binary).map(([key, bytes]) => [key, bytes.toString('base64')]),
    ),
  };
}

/** From then on the cluster removes it with the pod, whatever becomes of this controller. */
export async function giveToPod(client: Client, pod: Pod): Promise<void> {
  const { name, namespace, uid } = pod.metadata;
  if (uid === undefined) return;
  await ifThere(
    client.request({
      verb: 'PATCH',
      path: `/api/v1/namespaces/${namespace}/configmaps/${name}`,
      body: { metadata: { ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name, uid }] } },
    }),
  );
}
