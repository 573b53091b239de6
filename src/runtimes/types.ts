import type { Language, RuntimeKind } from '#model/execution.ts';
import type { Enforcement, Instance, OutputStreams } from '#model/instance.ts';
import type { LaunchSpec } from '#model/launch.ts';

export type Launched = { readonly instance: Instance; readonly output: OutputStreams };

export type Shaped = { readonly ingress: boolean; readonly egress: boolean };

/** What a former controller left behind, and what was done about it. */
export type SweptInstance = { readonly id: string; readonly controllerPid: number };

type Swept = readonly SweptInstance[] | Promise<readonly SweptInstance[]>;

/**
 * An instance whose interpreter is up and waits for an execution; it runs one, and no other.
 * Lifecycle: prepare → claim, or discard.
 */
export type WarmInstance = {
  readonly id: string;
  /** Resolves when it has ended by itself. */
  readonly gone: Promise<void>;
  readonly memoryBytes: () => number;
  /**
   * It becomes the instance of `spec`, under its limits, and the program begins. When this throws,
   * nothing of the execution has changed, and what is left of the instance is to be discarded.
   */
  readonly claim: (spec: LaunchSpec) => Launched;
  readonly discard: () => Promise<void>;
};

/** What an instance and its execution must have in common: what cannot be changed any more. */
export type WarmShape = {
  /** The same for two that do not differ in it. */
  readonly key: string;
  readonly language: Language;
  /** Holds nothing of a single execution. */
  readonly like: LaunchSpec;
};

export type WarmStarts = {
  /** Undefined for what can only be started cold. */
  readonly shapeOf: (spec: LaunchSpec) => WarmShape | undefined;
  /** `isAwaited`: it is not made with only what nobody else uses. */
  readonly prepare: (id: string, like: LaunchSpec, isAwaited?: boolean) => Promise<WarmInstance>;
};

/**
 * A kind of instance. Every runtime passes the conformance suite in test/conformance.
 * An instance's own part of the interface (sample, resize, signal, release) is model/instance.ts.
 */
export type Runtime = {
  readonly kind: RuntimeKind;
  /** What this machine lets the runtime do. */
  readonly enforcement: Enforcement;
  readonly launch: (spec: LaunchSpec) => Promise<Launched>;
  /** Which directions of an instance's network can be limited; both where absent. */
  readonly shapes?: () => Promise<Shaped>;
  /** Absent where no instance can be made before it is known what it runs. */
  readonly warm?: WarmStarts;
  /** Takes over an instance whose controller is gone; undefined when nothing of it is left. */
  readonly adopt: (id: string) => Promise<Instance | undefined>;
  /** CPU microseconds of all instances of this controller together, or -1 when not to be had. */
  readonly cpuUsecOfAll: () => number;
  /** What outlived its controller and waits to be adopted; `sweep` leaves it alone. */
  readonly orphans: () => Swept;
  /** Removes an orphan of which too little is left to adopt it. */
  readonly discard: (id: string) => Promise<void>;
  /** What `sweep` would remove. */
  readonly leftovers: () => Swept;
  /** Removes what controllers that are gone left behind, their instances included. */
  readonly sweep: () => Promise<readonly SweptInstance[]>;
};
