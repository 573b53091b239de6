import type { Toleration } from '#model/pod-placement.ts';

/** What of the configuration the runtime goes by. */
export type KubernetesSettings = {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  /** One for all tenants; where absent, each has its own. */
  readonly namespace?: string | undefined;
  readonly namespacePrefix: string;
  readonly runtimeClassName?: string | undefined;
  readonly priorityClassName?: string | undefined;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly tolerations: readonly Toleration[];
  /** Networks that `--network egress` does not reach. */
  readonly egressExcept: readonly string[];
  /** Who limits rates; `auto`: whoever is found. */
  readonly networkRates: 'auto' | 'agent' | 'cilium' | 'nobody';
  readonly startTimeoutMs: number;
  readonly keepMs: number;
  readonly outputBytes: number;
  readonly filesBytes: number;
  readonly cpuCores?: number | undefined;
  readonly memoryBytes?: number | undefined;
};

export type KubernetesOptions = {
  readonly settings: KubernetesSettings;
  /** Names whose pods these are, however often the controller restarts. */
  readonly installation: string;
  /** The folder of probes, with that of the pod's own scripts in it. */
  readonly probesFolder: string;
};
