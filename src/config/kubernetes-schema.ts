import { z } from 'zod';
import { parseBytes, parseCpuCores, parseDurationMs } from '#model/quantities.ts';
import { quantity } from './quantity.ts';

const bytes = quantity(parseBytes);
const durationMs = quantity(parseDurationMs);

/** One image for each language; `*` is that of commands and of all that are not named. */
const IMAGES = {
  python: 'docker.io/library/python:3.13-slim',
  javascript: 'docker.io/library/node:24-slim',
  typescript: 'docker.io/library/node:24-slim',
  java: 'docker.io/library/eclipse-temurin:21',
  go: 'docker.io/library/golang:1.25',
  ruby: 'docker.io/library/ruby:3.4-slim',
  php: 'docker.io/library/php:8.4-cli',
  '*': 'docker.io/library/debian:12-slim',
};

const toleration = z.strictObject({
  key: z.string().exactOptional(),
  operator: z.enum(['Exists', 'Equal']).exactOptional(),
  value: z.string().exactOptional(),
  effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']).exactOptional(),
});

/** What the `kubernetes` runtime goes by. */
export const kubernetes = z.strictObject({
  /** $KUBECONFIG, the pod that Limber runs in, or ~/.kube/config where absent. */
  kubeconfig: z.string().optional(),
  context: z.string().optional(),
  /** One for all tenants; each has its own, `namespacePrefix` and its name, where absent. */
  namespace: z.string().optional(),
  namespacePrefix: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/)
    .prefault('limber-'),
  images: z
    .record(z.string(), z.string())
    .prefault({})
    .transform((images): Readonly<Record<string, string>> => ({ ...IMAGES, ...images })),
  runtimeClassName: z.string().optional(),
  priorityClassName: z.string().optional(),
  nodeSelector: z.record(z.string(), z.string()).prefault({}),
  tolerations: z.array(toleration).prefault([]),
  /** What `--network egress` does not reach: private networks, and the metadata of clouds. */
  egressExcept: z
    .array(z.cidrv4())
    .prefault(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '169.254.0.0/16']),
  /** Who limits the network of pods: `auto` looks for Cilium's bandwidth manager, then for agents of nodes. */
  networkRates: z.enum(['auto', 'agent', 'cilium', 'nobody']).prefault('auto'),
  /** Pulling an image counts. */
  startTimeoutMs: durationMs.prefault('5m'),
  /** How long after its end a pod waits for a controller that comes back. */
  keepMs: durationMs.prefault('1h'),
  /** Most of each stream that is kept in the pod until it is fetched. */
  outputBytes: bytes.prefault('1Gi'),
  /** Most of the current folder that is sent to a pod, or fetched from it. */
  filesBytes: bytes.prefault('256Mi'),
  /** What runs may hold together; what the cluster's nodes have where absent. */
  cpuCores: quantity(parseCpuCores).optional(),
  memoryBytes: bytes.optional(),
});
