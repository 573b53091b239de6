import type { LaunchSpec } from '#model/launch.ts';
import type { PodPlacement } from '#model/pod-placement.ts';
import type { Container, Pod, Volume, VolumeMount } from '../api/types.ts';
import { MEMORY_CEILING } from '../agent-bounds.ts';
import type { KubernetesSettings } from '../options.ts';
import { resourcesOf, shapeOf } from '../resize/shape.ts';
import {
  executionLabels,
  KEEPER,
  LABEL,
  MAIN,
  podName,
  RECORD_ANNOTATION,
  userIdOf,
} from './names.ts';
import type { PodRecord } from './record.ts';

const AGENT_FOLDER = '/run/limber-agent';
const WORK_FOLDER = '/work';
const BLOCK_BYTES = 512;
/** Scripts and the files of probes; the kernel's own, beside the output. */
export const KEEPER_RESOURCES = {
  requests: { cpu: '5m', memory: '16Mi' },
  limits: { cpu: '500m', memory: '128Mi' },
};
/** Beside what was asked for: the keeper's own files. */
const SPARE_BYTES = 2 ** 20;

/** Of both containers, by the restricted Pod Security Standard. */
const CONTAINER_SECURITY = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
};

export type ManifestInput = {
  readonly spec: LaunchSpec;
  readonly placement: PodPlacement;
  readonly settings: KubernetesSettings;
  readonly namespace: string;
  readonly installation: string;
  readonly record: PodRecord;
  /** The work folder comes with the ConfigMap, or is sent once the pod is there. */
  readonly files: 'packed' | 'sent';
  /** Annotations: what its network is limited to. */
  readonly rates: Readonly<Record<string, string>>;
  /** Keys of the ConfigMap that are shown at a path of their own. */
  readonly shownFiles: readonly { readonly key: string; readonly path: string }[];
};

/**
 * One execution as a pod of two containers: the program's, whose resources are resized, and a keeper
 * beside it that has the program's output however it ends (docs/decisions/0012-pods.md).
 */
export function podManifest(input: ManifestInput): Pod {
  const { spec, placement, settings, namespace, installation, record } = input;
  const userId = userIdOf(spec.id);
  const hasNetwork = spec.network.kind === 'egress';
  const runtimeClassName = placement.runtimeClassName ?? settings.runtimeClassName;
  const priorityClassName = placement.priorityClassName ?? settings.priorityClassName;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: podName(spec),
      namespace,
      labels: {
        ...executionLabels(spec.id, installation),
        [LABEL.tenant]: placement.tenant,
        [LABEL.network]: hasNetwork ? 'egress' : 'none',
      },
      annotations: {
        [RECORD_ANNOTATION]: JSON.stringify(record),
        ...ceiling(spec),
        ...input.rates,
      },
    },
    spec: {
      restartPolicy: 'Never',
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: 1,
      hostname: 'limber',
      securityContext: {
        runAsNonRoot: true,
        runAsUser: userId,
        runAsGroup: userId,
        fsGroup: userId,
        seccompProfile: { type: 'RuntimeDefault' },
      },
      nodeSelector: { ...settings.nodeSelector, ...placement.nodeSelector },
      tolerations: [...settings.tolerations, ...(placement.tolerations ?? [])],
      ...(runtimeClassName && { runtimeClassName }),
      ...(priorityClassName && { priorityClassName }),
      // The kubelet starts them in this order.
      containers: [keeper(input), main(input)],
      volumes: volumes(input),
    },
  };
}

/** How far the agent of its node may raise its limit, where there is one (docs/decisions/0022). */
function ceiling({ maxMemoryBytes }: LaunchSpec): Record<string, string> {
  return Number.isFinite(maxMemoryBytes) ? { [MEMORY_CEILING]: String(maxMemoryBytes) } : {};
}

function keeper({ spec, placement, settings, files }: ManifestInput): Container {
  const pipes = [...(spec.probe ? ['probe'] : []), ...(hasInput(spec) ? ['input'] : [])];
  return {
    name: KEEPER,
    image: placement.image,
    command: ['sh', `${AGENT_FOLDER}/keep.sh`],
    env: variables({
      LIMBER_OUTPUT_BLOCKS: String(outputBlocks(spec, settings)),
      LIMBER_KEEP_SECONDS: String(Math.ceil(settings.keepMs / 1000)),
      LIMBER_PIPES: pipes.join(' '),
      LIMBER_FILES: files,
    }),
    resources: KEEPER_RESOURCES,
    securityContext: CONTAINER_SECURITY,
    volumeMounts: [
      { name: 'run', mountPath: '/run/limber' },
      { name: 'kept', mountPath: '/run/limber-kept' },
      { name: 'work', mountPath: WORK_FOLDER },
      { name: 'agent', mountPath: AGENT_FOLDER, readOnly: true },
    ],
  };
}

function main({ spec, placement, shownFiles }: ManifestInput): Container {
  const { view, env, argv } = spec;
  // The image knows best where its programs are.
  const { PATH: _path, ...given } = env;
  const own = view.writableCurrentFolder ? view.currentFolder : WORK_FOLDER;
  const mounts: VolumeMount[] = [
    { name: 'run', mountPath: '/run/limber', readOnly: true },
    { name: 'agent', mountPath: AGENT_FOLDER, readOnly: true },
    { name: 'tmp', mountPath: '/tmp' },
    ...[...new Set([WORK_FOLDER, own])].map((mountPath) => ({ name: 'work', mountPath })),
    ...shownFiles.map(({ key, path }) => ({
      name: 'agent',
      mountPath: path,
      subPath: key,
      readOnly: true,
    })),
  ];
  return {
    name: MAIN,
    image: placement.image,
    command: ['sh', `${AGENT_FOLDER}/start.sh`],
    args: argv.map(verbatim),
    workingDir: view.workingFolder,
    env: variables({
      ...given,
      LIMBER_PROCESSES: String(spec.maxProcesses),
      LIMBER_STDIN: hasInput(spec) ? 'input' : 'none',
      ...(spec.probe && { LIMBER_PATH_MORE: '/run/limber/probes/bin' }),
    }),
    resources: resourcesOf(shapeOf(spec.initial, spec)),
    resizePolicy: [
      { resourceName: 'cpu', restartPolicy: 'NotRequired' },
      { resourceName: 'memory', restartPolicy: 'NotRequired' },
    ],
    securityContext: CONTAINER_SECURITY,
    volumeMounts: mounts,
  };
}

function volumes({ spec, settings }: ManifestInput): readonly Volume[] {
  const keptBytes = 2 * outputBlocks(spec, settings) * BLOCK_BYTES + SPARE_BYTES;
  return [
    { name: 'run', emptyDir: {} },
    { name: 'kept', emptyDir: { sizeLimit: String(keptBytes) } },
    { name: 'work', emptyDir: {} },
    // In memory, as everything that the program writes there counts as its own.
    { name: 'tmp', emptyDir: { medium: 'Memory', sizeLimit: String(spec.tmpBytes) } },
    { name: 'agent', configMap: { name: podName(spec) } },
  ];
}

export function hasInput({ stdin }: LaunchSpec): boolean {
  return stdin !== 'ignore';
}

/** One block above what is allowed: so whoever looks at its size can tell that there was more. */
function outputBlocks({ kept }: LaunchSpec, { outputBytes }: KubernetesSettings): number {
  return Math.ceil((kept?.maxBytes ?? outputBytes) / BLOCK_BYTES) + 1;
}

function variables(values: Readonly<Record<string, string>>) {
  return Object.entries(values).map(([name, value]) => ({ name, value: verbatim(value) }));
}

/** The kubelet puts variables in for `$(NAME)`, and makes `$` of `$$`: a shell's own would be lost. */
function verbatim(text: string): string {
  return text.replaceAll('$', '$$$$');
}
