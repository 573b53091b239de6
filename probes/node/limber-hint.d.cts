/** A number in the unit that the name says, or a text such as '4Gi', '500m', '50M', '10s'. */
export type Quantity = number | string;

export type Wants = {
  /** Bytes. Zero withdraws what was asked for before, here and below. */
  readonly memory?: Quantity;
  /** Cores. */
  readonly cpu?: Quantity;
  /** Bits per second. */
  readonly ingress?: Quantity;
  readonly egress?: Quantity;
  /** Seconds until it is needed; it is made ready at once. */
  readonly within?: Quantity;
  /** Seconds for which it is needed from then on; 30 by default, 3600 at most. */
  readonly lasts?: Quantity;
  /** What it is for; shown by `limber explain`. */
  readonly phase?: string;
  /** Who asks, where several do. */
  readonly id?: string;
};

/** Null stands for what is not limited. */
export type Allocation = {
  readonly cpuCores: number | null;
  readonly memoryBytes: number | null;
  readonly ingressBitsPerSecond: number | null;
  readonly egressBitsPerSecond: number | null;
};

export type Answer = {
  readonly accepted: boolean;
  readonly reason: string;
  readonly allocation: Allocation;
};

/** Asks for resources ahead; null when there is nobody to ask. Never rejects. */
export function hint(wants: Wants): Promise<Answer | null>;
/** Asks, does the work, and withdraws. */
export function need<T>(wants: Wants, work: () => T | Promise<T>): Promise<T>;
/** What the program may use now, and what it does; null outside of Limber. */
export function allocation(): (Allocation & { readonly activity: string }) | null;
/** Calls back now and after each resize. Returns the end of it. */
export function watch(callback: (allocation: Allocation) => void): () => void;
