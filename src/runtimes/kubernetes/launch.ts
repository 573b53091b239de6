import { statSync } from 'node:fs';
import { LimberError } from '#model/errors.ts';
import { mapAllocation } from '#model/allocation.ts';
import type { LaunchSpec } from '#model/launch.ts';
import type { Launched } from '../types.ts';
import type { Client } from './api/client.ts';
import { runInPod } from './api/run-command.ts';
import type { Pod } from './api/types.ts';
import { packFiles, type PackedFiles } from './files/pack.ts';
import { createPodInstance } from './instance.ts';
import { ratesAnnotations } from './network/annotations.ts';
import type { Shaper } from './network/shaper.ts';
import type { KubernetesOptions } from './options.ts';
import { configMap, giveToPod, shownFiles } from './pod/config-map.ts';
import { hasInput, podManifest } from './pod/manifest.ts';
import { KEEPER, podName } from './pod/names.ts';
import { namespaceOf } from './pod/namespace.ts';
import { finiteOrNull, newClaim, THIS_CONTROLLER, type PodRecord } from './pod/record.ts';
import { removePod } from './pod/remove.ts';
import type { Pods } from './pod/pods.ts';
import { whenStarted } from './pod/when-started.ts';

const UNPACK = [
  'tar -xzf - -C /work',
  'while [ ! -e /run/limber-kept/prepared ]; do sleep 0.02; done',
  ': >/run/limber/ready',
].join(' && ');

export type LaunchContext = {
  readonly client: Client;
  readonly pods: Pods;
  readonly options: KubernetesOptions;
  readonly prepareNamespace: (name: string) => Promise<void>;
  readonly shaper: () => Promise<Shaper>;
};

/**
 * Makes the pod, whose limits are in force before its first instruction, and waits until it runs.
 * What was made is removed again when it does not.
 */
export async function launchPod(context: LaunchContext, spec: LaunchSpec): Promise<Launched> {
  refuseWhatCannotBe(spec);
  const { client, pods, options } = context;
  const { settings } = options;
  const namespace = namespaceOf(spec.pod.tenant, settings);
  const files = await packFiles(spec.view, settings.filesBytes);
  await context.prepareNamespace(namespace);
  const record = recordFor(spec);
  const name = podName(spec);
  try {
    await makePod(context, spec, { namespace, files, record });
    const pod = await whenStarted(pods, { namespace, name }, settings.startTimeoutMs);
    if (files.kind === 'sent') await sendFiles(client, pod, files);
    const { filesBytes } = settings;
    const { stdin } = spec;
    return await createPodInstance({ client, pods, namespace, pod, record, filesBytes, stdin });
  } catch (error) {
    await removePod(client, namespace, name);
    throw error;
  }
}

async function makePod(
  { client, options, shaper }: LaunchContext,
  spec: Placed,
  {
    namespace,
    files,
    record,
  }: { readonly namespace: string; readonly files: PackedFiles; readonly record: PodRecord },
): Promise<void> {
  const { installation, settings, probesFolder } = options;
  const path = `/api/v1/namespaces/${namespace}`;
  const scriptsFolder = `${probesFolder}/pod`;
  await client.request({
    verb: 'POST',
    path: `${path}/configmaps`,
    body: await configMap({ spec, namespace, installation, scriptsFolder, files }),
  });
  const body = podManifest({
    spec,
    placement: spec.pod,
    settings,
    namespace,
    installation,
    record,
    files: files.kind,
    rates: spec.network.kind === 'egress' ? ratesAnnotations(spec.initial, await shaper()) : {},
    shownFiles: shownFiles(spec),
  });
  const pod = await client.request<Pod>({ verb: 'POST', path: `${path}/pods`, body });
  await giveToPod(client, pod);
}

async function sendFiles(
  client: Client,
  pod: Pod,
  files: Extract<PackedFiles, { kind: 'sent' }>,
): Promise<void> {
  const { name, namespace = '' } = pod.metadata;
  const target = { namespace, pod: name, container: KEEPER, command: ['sh', '-c', UNPACK] };
  const { exitCode, stderr } = await runInPod(client, target, { input: files.archive() });
  if (exitCode === 0) return;
  throw new LimberError('pod-not-started', {
    pod: name,
    problem: `its files could not be sent (${stderr || 'the connection broke'})`,
    hint: 'The image needs tar and gzip.',
  });
}

function recordFor(spec: LaunchSpec): PodRecord {
  const { view, initial, kept } = spec;
  const returns = view.inPlace || view.writableCurrentFolder;
  return {
    id: spec.id,
    controller: THIS_CONTROLLER,
    claim: newClaim(),
    initial: mapRecord(initial),
    burstRoomBytes: spec.burstRoomBytes,
    maxMemoryBytes: finiteOrNull(spec.maxMemoryBytes),
    hasInput: hasInput(spec),
    hasProbe: spec.probe !== undefined,
    ...(kept && {
      kept,
      keptBefore: { stdout: sizeOf(kept.stdoutPath), stderr: sizeOf(kept.stderrPath) },
    }),
    ...(returns && { returnTo: view.currentFolder }),
  };
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function mapRecord(initial: LaunchSpec['initial']): PodRecord['initial'] {
  const { cpuCores, memoryBytes, ingressBitsPerSecond, egressBitsPerSecond } = mapAllocation(
    (key) => initial[key],
  );
  return {
    cpuCores: finiteOrNull(cpuCores),
    memoryBytes: finiteOrNull(memoryBytes),
    ingressBitsPerSecond: finiteOrNull(ingressBitsPerSecond),
    egressBitsPerSecond: finiteOrNull(egressBitsPerSecond),
  };
}

type Placed = LaunchSpec & { readonly pod: NonNullable<LaunchSpec['pod']> };

function refuseWhatCannotBe(spec: LaunchSpec): asserts spec is Placed {
  const { view, network, pod } = spec;
  if (!pod) throw unsupported('needs an image', 'Name one with --image.');
  if (view.rootfs !== undefined)
    throw unsupported('runs images, not folders', 'Leave --rootfs out, and name one with --image.');
  if (view.mounts.length > 0)
    throw unsupported(
      'shows no folders of this machine',
      'Leave --mount out; the current folder is sent along.',
    );
  if (network.hostPorts.length > 0)
    throw unsupported('does not reach ports of this machine', 'Leave --host-port out.');
}

function unsupported(problem: string, hint: string): LimberError {
  return new LimberError('kubernetes-unsupported', { problem, hint });
}
