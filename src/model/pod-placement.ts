/** The pod of an execution, and where it may run. */
export type PodPlacement = {
  readonly image: string;
  readonly tenant: string;
  /** 2 when the pod before it was lost. */
  readonly attempt?: number;
  readonly runtimeClassName?: string;
  readonly priorityClassName?: string;
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly tolerations?: readonly Toleration[];
};

/** As Kubernetes has it: a taint that does not keep the pod away. */
export type Toleration = {
  readonly key?: string;
  readonly operator?: 'Exists' | 'Equal';
  readonly value?: string;
  readonly effect?: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
};
