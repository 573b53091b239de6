import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { burstRoomBytesOf } from '#model/instance.ts';
import type { LaunchSpec } from '#model/launch.ts';
import { createClient, type Client } from '#runtimes/kubernetes/api/client.ts';
import { openConnection } from '#runtimes/kubernetes/api/kubeconfig.ts';
import { ENFORCEMENT } from '#runtimes/kubernetes/enforcement.ts';
import type { KubernetesSettings } from '#runtimes/kubernetes/options.ts';
import { createKubernetesRuntime } from '#runtimes/kubernetes/runtime.ts';
import type { Runtime } from '#runtimes/types.ts';
import { ApiDouble } from './api-double.ts';
import type { DoubleOptions } from './request-facts.ts';
import { viewOf } from '../conformance/view-of.ts';

/** A real cluster instead of the double; its nodes must be able to pull the image. */
export const CLUSTER = process.env['LIMBER_TEST_KUBECONFIG'];
export const IMAGE = process.env['LIMBER_TEST_IMAGE'] ?? 'docker.io/library/python:3.13-slim';
const PROBES = fileURLToPath(new URL('../../probes', import.meta.url));
const MIB = 2 ** 20;

let launches = 0;

/** A cluster, and what a controller would have of it. */
export type TestCluster = {
  /** Undefined for a real cluster. */
  readonly double: ApiDouble | undefined;
  readonly root: string;
  readonly currentFolder: string;
  readonly installation: string;
  readonly kubeconfig: string;
  readonly client: Client;
  readonly settings: KubernetesSettings;
  readonly openRuntime: () => Runtime;
  readonly spec: (argv: readonly string[], change?: Partial<LaunchSpec>) => LaunchSpec;
  readonly close: () => Promise<void>;
};

export async function openCluster(
  options?: DoubleOptions,
  change: Partial<KubernetesSettings> = {},
): Promise<TestCluster> {
  const root = mkdtempSync(join(tmpdir(), 'limber-kubernetes-'));
  const double = CLUSTER === undefined || options ? await ApiDouble.open(options) : undefined;
  const kubeconfig = double ? join(root, 'kubeconfig') : CLUSTER!;
  if (double) writeFileSync(kubeconfig, double.kubeconfig());
  const currentFolder = join(root, 'current');
  mkdirSync(currentFolder);
  const settings: KubernetesSettings = {
    kubeconfig,
    namespacePrefix: 'limber-test-',
    nodeSelector: {},
    tolerations: [],
    egressExcept: ['169.254.0.0/16'],
    startTimeoutMs: 60_000,
    keepMs: 60_000,
    outputBytes: 16 * MIB,
    filesBytes: 64 * MIB,
    networkRates: 'auto',
    ...change,
  };
  const installation = `test-${randomBytes(4).toString('hex')}`;
  const client = createClient(openConnection(settings, process.env));
  return {
    double,
    root,
    currentFolder,
    installation,
    kubeconfig,
    client,
    settings,
    openRuntime: () =>
      createKubernetesRuntime({ settings, installation, probesFolder: PROBES }, client),
    spec: (argv, change) => ({ ...specFor(argv, currentFolder), ...change }),
    async close() {
      client.close();
      await double?.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function specFor(argv: readonly string[], currentFolder: string): LaunchSpec {
  return {
    id: `conformance-${process.pid}-${++launches}`,
    argv,
    env: { HOME: '/work' },
    view: viewOf(currentFolder),
    network: { kind: 'none', hostPorts: [] },
    initial: {
      cpuCores: 0.5,
      memoryBytes: 64 * MIB,
      ingressBitsPerSecond: 0,
      egressBitsPerSecond: 0,
    },
    maxMemoryBytes: 2 ** 30,
    burstRoomBytes: burstRoomBytesOf(ENFORCEMENT),
    maxProcesses: 64,
    tmpBytes: 16 * MIB,
    stdin: 'ignore',
    pod: { image: IMAGE, tenant: 'conformance' },
  };
}
