import { z } from 'zod';
import {
  parseBitsPerSecond,
  parseBytes,
  parseCpuCores,
  parseDurationMs,
} from '#model/quantities.ts';
import { DEFAULT_PRIORITY } from '#model/claim.ts';
import { PROBE_MODES } from '#model/execution.ts';
import { AIMS } from '#model/optimize.ts';
import { kubernetes } from './kubernetes-schema.ts';
import { microvm } from './microvm-schema.ts';
import { quantity } from './quantity.ts';

const cpuCores = quantity(parseCpuCores);
const bytes = quantity(parseBytes);
const bitsPerSecond = quantity(parseBitsPerSecond);
const durationMs = quantity(parseDurationMs);
const fraction = z.number().min(0).max(1);

const allocation = z.strictObject({
  cpuCores,
  memoryBytes: bytes,
  ingressBitsPerSecond: bitsPerSecond,
  egressBitsPerSecond: bitsPerSecond,
});

/** An allocation of which the file may give any part. */
const allocationFrom = (defaults: z.input<typeof allocation>) =>
  z
    .strictObject({
      cpuCores: cpuCores.prefault(defaults.cpuCores),
      memoryBytes: bytes.prefault(defaults.memoryBytes),
      ingressBitsPerSecond: bitsPerSecond.prefault(defaults.ingressBitsPerSecond),
      egressBitsPerSecond: bitsPerSecond.prefault(defaults.egressBitsPerSecond),
    })
    .prefault({});

/** Thresholds of the `threshold` policy: usages are fractions of the allocation, scores 0–100. */
const thresholds = z.strictObject({
  highComplexity: z.number().min(0).max(100).prefault(60),
  lowComplexity: z.number().min(0).max(100).prefault(30),
  highCpu: fraction.prefault(0.8),
  lowCpu: fraction.prefault(0.3),
  highMemory: fraction.prefault(0.8),
  lowMemory: fraction.prefault(0.3),
  highNetwork: fraction.prefault(0.8),
});

/** What the `threshold` policy adds or takes per step. */
const factors = z.strictObject({
  cpuCores: cpuCores.prefault('500m'),
  memoryBytes: bytes.prefault('128Mi'),
  networkBitsPerSecond: bitsPerSecond.prefault('50M'),
});

const predictive = z.strictObject({
  /** Spare CPU above the recent high quantile, as a factor of it. */
  cpuMargin: z.number().min(1).prefault(1.1),
  cpuWindowMs: durationMs.prefault('300ms'),
  /** A cut hurts when throttling returns within this time; it is then taken back. */
  rollbackWindowMs: durationMs.prefault('1s'),
  /** Smaller relative changes are not worth a resize. */
  minimumChange: fraction.prefault(0.1),
  memoryMargin: z.number().min(1).prefault(1.02),
  /** What the code foresees is reserved as far as it can be filled within so many times a raise takes. */
  memoryLead: z.number().min(1).prefault(1.8),
  memoryHeadroomBytes: bytes.prefault('256Ki'),
  /** Multiplies growth rate × (sampling interval + actuation latency). */
  memorySafety: z.number().min(1).prefault(1),
  /** Peaks of this window are kept, of a shorter one where a raise takes little time; nothing is taken back sooner after growth than the settling. */
  memoryWindowMs: durationMs.prefault('1s'),
  memorySettleMs: durationMs.prefault('80ms'),
  networkMargin: z.number().min(1).prefault(1.5),
  networkHighFraction: fraction.prefault(0.8),
  networkWindowMs: durationMs.prefault('2s'),
});

const aim = z.enum(AIMS);

/** One aim for everything, or one for each resource. */
const optimize = z
  .union([
    aim,
    z.strictObject({
      cpu: aim.prefault('balanced'),
      memory: aim.prefault('balanced'),
      network: aim.prefault('balanced'),
    }),
  ])
  .prefault('balanced')
  .transform((value) =>
    typeof value === 'string' ? { cpu: value, memory: value, network: value } : value,
  );

const sampling = z.strictObject({
  nearMs: durationMs.prefault('10ms'),
  fastMs: durationMs.prefault('20ms'),
  steadyMs: durationMs.prefault('100ms'),
  idleMs: durationMs.prefault('1s'),
});

const node = z.strictObject({
  /** What of the machine may be used; what the machine has where absent. */
  cpuCores: cpuCores.optional(),
  memoryBytes: bytes.optional(),
  /** Sum of allocations ≤ capacity × ratio. */
  cpuRatio: z.number().positive().prefault(1),
  memoryRatio: z.number().positive().prefault(1),
  networkBitsPerSecond: bitsPerSecond.prefault('10G'),
  /** Kept for the host and for Limber itself. */
  reservedMemoryBytes: bytes.prefault('512Mi'),
  /** Kept for what all instances use above their allocations until it is reserved for them. */
  burstMemoryBytes: bytes.prefault('256Mi'),
  /** With less than this left, runs give way: 3 % of the machine's memory, at most 256 MiB, where absent. */
  lowMemoryBytes: bytes.optional(),
});

/** What a tenant's runs may hold together. */
const tenantQuota = allocation.partial().extend({ maxRuns: z.int().positive().optional() });

const limits = z.strictObject({
  maxProcesses: z.int().positive().prefault(1024),
  tmpBytes: bytes.prefault('256Mi'),
  maxOutputBytes: bytes.prefault('8Gi'),
  keptOutputBytes: bytes.prefault('16Mi'),
  graceMs: durationMs.prefault('5s'),
});

/** What each factor of the complexity score adds at most; docs/guides/complexity.md has the formula. */
const weight = z.number().min(0).max(100);
const complexityWeights = z
  .strictObject({
    class: weight.prefault(30),
    loopDepth: weight.prefault(15),
    cyclomatic: weight.prefault(15),
    cognitive: weight.prefault(15),
    recursion: weight.prefault(10),
    structures: weight.prefault(10),
    external: weight.prefault(5),
  })
  .refine((weights) => Math.abs(sum(Object.values(weights)) - 100) < 1e-6, {
    error: ({ input }) =>
      `the weights add up to ${sum(Object.values(input as Record<string, number>))}; they must add up to 100`,
  });

/** Past runs beyond either bound are forgotten with their output. */
const store = z.strictObject({
  keepRuns: z.int().positive().prefault(500),
  keepDays: z.number().positive().prefault(30),
});

/** How events are sent to where tenants asked for; docs/guides/serve.md. */
const webhooks = z.strictObject({
  maxPerTenant: z.int().positive().prefault(20),
  /** Of one webhook: events wait in the store while more are on their way. */
  maxPending: z.int().positive().prefault(1_000),
  /** Of one webhook; older ones are forgotten. */
  maxDead: z.int().positive().prefault(1_000),
  maxConcurrent: z.int().positive().prefault(16),
  maxAttempts: z.int().positive().prefault(12),
  firstRetryMs: durationMs.prefault('5s'),
  longestRetryMs: durationMs.prefault('6h'),
  timeoutMs: durationMs.prefault('15s'),
  /** Plain HTTP as well, and addresses of this machine and its networks. */
  allowPrivateAddresses: z.boolean().prefault(false),
});

/** Where traces and metrics are sent; also by the variables OTEL_EXPORTER_OTLP_… . */
const otlp = z.strictObject({
  endpoint: z.url({ protocol: /^https?$/ }).optional(),
  protocol: z.enum(['http/protobuf', 'http/json']).optional(),
  headers: z.record(z.string(), z.string()).prefault({}),
  metricsEveryMs: durationMs.prefault('1m'),
});

const origin = z.string().refine((text) => URL.canParse(text) && new URL(text).origin === text, {
  error: 'expected an origin, such as https://example.org or http://localhost:3000',
});

/** What `limber serve` allows its clients. */
const serve = z.strictObject({
  host: z.string().prefault('127.0.0.1'),
  port: z.int().min(0).max(65_535).prefault(7411),
  /** PEM files, or one of its own for development; plain HTTP where nothing is said. */
  tls: z
    .strictObject({
      certificatePath: z.string().min(1).optional(),
      keyPath: z.string().min(1).optional(),
      generate: z.boolean().prefault(false),
    })
    .prefault({}),
  /** Beyond this machine without TLS: behind a proxy that has it. */
  allowPlainHttp: z.boolean().prefault(false),
  /** Pages of these sites may ask, as `https://name:port`; none of any other. */
  allowedOrigins: z.array(origin).prefault([]),
  maxRunning: z.int().positive().prefault(64),
  maxQueued: z.int().nonnegative().prefault(256),
  /** How long results are kept. */
  keepMs: durationMs.prefault('1d'),
  maxBodyBytes: bytes.prefault('8Mi'),
  maxFileBytes: bytes.prefault('1Gi'),
  /** Of one archive, of all that a tenant left here, and of what one holds when it is unpacked. */
  maxArchiveBytes: bytes.prefault('256Mi'),
  keptArchiveBytes: bytes.prefault('2Gi'),
  maxUnpackedBytes: bytes.prefault('2Gi'),
  maxArchiveEntries: z.int().positive().prefault(50_000),
  /** Of one execution; what it writes is kept whole. */
  maxOutputBytes: bytes.prefault('64Mi'),
  /** With less on its disk the server takes nothing new: how what runs ends must find room. */
  minFreeBytes: bytes.prefault('64Mi'),
  maxRequestsPerMinute: z.int().positive().prefault(6_000),
  webhooks: webhooks.prefault({}),
  otlp: otlp.prefault({}),
  /** Instances whose interpreter is up before an execution comes, per language, once it was used. */
  warm: z
    .strictObject({
      min: z.int().nonnegative().prefault(0),
      /** 0: every execution is started cold. */
      max: z.int().nonnegative().prefault(4),
      /** A language that has not been used for this long keeps `min`. */
      idleMs: durationMs.prefault('5m'),
    })
    .refine(({ min, max }) => min <= max, { error: 'min must not be larger than max' })
    .prefault({}),
});

export const configSchema = z.strictObject({
  /** Who gives way first when the node is full, where `--priority` does not say it. */
  priority: z.int().min(0).max(100).prefault(DEFAULT_PRIORITY),
  /** A built-in name, a path of a module, or a package. */
  policy: z.string().min(1).prefault('predictive'),
  /** Whatever a user's own policy wants to know; docs/guides/write-a-policy.md. */
  policySettings: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])).prefault({}),
  probe: z.enum(PROBE_MODES).prefault('auto'),
  /** What beliefs may rest on beside usage; switched off to measure what each is worth. */
  beliefs: z
    .strictObject({ code: z.boolean().prefault(true), history: z.boolean().prefault(true) })
    .prefault({}),
  /** The first allocation of code about which nothing is known. */
  base: allocationFrom({
    cpuCores: 1,
    memoryBytes: '64Mi',
    ingressBitsPerSecond: '20M',
    egressBitsPerSecond: '20M',
  }),
  min: allocationFrom({
    cpuCores: '100m',
    memoryBytes: '2Mi',
    ingressBitsPerSecond: '1M',
    egressBitsPerSecond: '1M',
  }),
  /** Where absent, what the node has. */
  max: allocation.partial().prefault({}),
  thresholds: thresholds.prefault({}),
  factors: factors.prefault({}),
  /** How often the `threshold` rules are applied. */
  thresholdPeriodMs: durationMs.prefault('100ms'),
  predictive: predictive.prefault({}),
  /** What a stalled second is worth against a reserved one, for `predictive`. */
  optimize,
  sampling: sampling.prefault({}),
  node: node.prefault({}),
  /** Quotas by tenant (`--tenant`); `*` is that of each tenant that is not named. */
  tenants: z.record(z.string(), tenantQuota).prefault({}),
  limits: limits.prefault({}),
  store: store.prefault({}),
  serve: serve.prefault({}),
  kubernetes: kubernetes.prefault({}),
  microvm: microvm.prefault({}),
  complexity: z.strictObject({ weights: complexityWeights.prefault({}) }).prefault({}),
});

export type Config = z.output<typeof configSchema>;
export type ConfigInput = z.input<typeof configSchema>;
export type Thresholds = Config['thresholds'];
export type Factors = Config['factors'];
export type PredictiveSettings = Config['predictive'];

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
