import type { TickContext } from '#loop/tick.ts';
import { clampAllocation } from '#model/constraints.ts';
import type { Demand } from '#runtimes/simulated/demand.ts';
import { hasEnded, nextMs, settleMember, startMember, tickMember, type Member } from '../member.ts';
import type { SimulatedPolicy } from '../policy.ts';
import { resultOf } from '../result.ts';
import type { SimulationSettings } from '../settings.ts';
import { FleetAccount, type FleetTotals } from './account.ts';
import { Nodes, type FleetNode } from './nodes.ts';
import { Schedule } from './schedule.ts';

export type FleetOptions = {
  readonly arrivals: Float64Array;
  readonly demandOf: (index: number) => Demand;
  /** 0 to 100; absent: that of the settings for all. */
  readonly priorityOf?: (index: number) => number;
  readonly policy: SimulatedPolicy;
  readonly settings: SimulationSettings;
  readonly nodes: number;
  /** A run that found no room for so long is refused. */
  readonly patienceMs: number;
  /** Told now and then, and awaited: whoever shows it may let others run in between. */
  readonly onProgress?: (ended: number, all: number) => Promise<void> | void;
};

/** How often waiting runs are tried again. */
const RETRY_MS = 1000;
/** On a node that has no memory left, whoever stands still for so long is ended. */
const NODE_PATIENCE_MS = 10_000;
const PROGRESS_EVENTS = 20_000;

type Guest = Member & {
  readonly node: FleetNode<Guest>;
  readonly context: TickContext;
  readonly priority: number;
  /** Of its events in the schedule the one that counts: another guest of its node may have made it earlier. */
  dueMs: number;
  resizes: number;
  refusals: number;
};
type Event =
  | { readonly kind: 'arrival'; readonly index: number }
  | { readonly kind: 'guest'; readonly guest: Guest }
  | { readonly kind: 'retry' };
type Waiting = { readonly index: number; readonly sinceMs: number };

/**
 * Many runs that come and go on many nodes, each node with its own books. First come, first served;
 * a run goes to the next node in turn that has room for its first allocation. On a node that has not
 * enough for all the runs negotiate as under one controller.
 */
export async function simulateFleet(options: FleetOptions): Promise<FleetTotals> {
  const fleet = new Fleet(options);
  await fleet.run();
  return fleet.totals();
}

/** Lifecycle: new → run → totals. */
class Fleet {
  readonly #options: FleetOptions;
  readonly #nodes: Nodes<Guest>;
  readonly #schedule = new Schedule<Event>();
  readonly #account: FleetAccount;
  #waiting: Waiting[] = [];
  #retryIsDue = false;
  #nowMs = 0;

  constructor(options: FleetOptions) {
    this.#options = options;
    this.#nodes = new Nodes(options.nodes, options.settings.capacity);
    this.#account = new FleetAccount(options.nodes, options.settings.capacity);
  }

  totals(): FleetTotals {
    return this.#account.totals(this.#nowMs);
  }

  async run(): Promise<void> {
    this.#scheduleArrival(0);
    for (let events = 0; this.#schedule.size > 0; events++) {
      this.#nowMs = this.#schedule.nextMs;
      const event = this.#schedule.take()!;
      if (event.kind === 'guest' && event.guest.dueMs === this.#nowMs) {
        // What settled is told through promises, which are served before the next line.
        if (settleMember(event.guest, this.#nowMs)) await Promise.resolve();
        this.#live(event.guest);
      }
      if (event.kind === 'arrival') this.#arrive(event.index);
      if (event.kind === 'retry') this.#retry();
      if (events % PROGRESS_EVENTS === 0)
        await this.#options.onProgress?.(this.#account.ended, this.#options.arrivals.length);
    }
  }

  #scheduleArrival(index: number): void {
    const atMs = this.#options.arrivals[index];
    if (atMs !== undefined) this.#schedule.add(atMs, { kind: 'arrival', index });
  }

  #arrive(index: number): void {
    this.#waiting.push({ index, sinceMs: this.#nowMs });
    this.#scheduleArrival(index + 1);
    this.#serve();
  }

  #retry(): void {
    this.#retryIsDue = false;
    this.#serve();
  }

  /** The longest waiting first; nobody overtakes. */
  #serve(): void {
    const { patienceMs } = this.#options;
    while (this.#waiting[0]) {
      const { index, sinceMs } = this.#waiting[0];
      const waitedMs = this.#nowMs - sinceMs;
      if (!this.#admit(index, waitedMs)) {
        if (waitedMs < patienceMs) break;
        this.#account.refuse();
      }
      this.#waiting.shift();
    }
    if (this.#waiting.length === 0 || this.#retryIsDue) return;
    this.#retryIsDue = true;
    this.#schedule.add(this.#nowMs + RETRY_MS, { kind: 'retry' });
  }

  #admit(index: number, waitedMs: number): boolean {
    const { policy, settings, demandOf, priorityOf } = this.#options;
    const priority = priorityOf?.(index) ?? settings.constraints.priority;
    const id = `run-${index}`;
    const demand = demandOf(index);
    const wanted = { ...settings.initial, ...policy.initial?.(demand) };
    const node = this.#nodes.place(id, clampAllocation(wanted, settings.constraints));
    if (!node) return false;
    const guest: Guest = Object.assign(
      startMember({
        id,
        demand,
        policy,
        settings: { ...settings, constraints: { ...settings.constraints, priority } },
        startMs: this.#nowMs,
        events: {
          onDecision({ outcome }) {
            if (outcome.state === 'applied') guest.resizes++;
            if (outcome.state === 'refused') guest.refusals++;
          },
        },
      }),
      {
        node,
        context: { ledger: node.ledger, intervals: settings.intervals },
        priority,
        dueMs: this.#nowMs,
        resizes: 0,
        refusals: 0,
      },
    );
    node.add(guest);
    this.#account.admit(waitedMs);
    this.#wakeAt(this.#nowMs, guest);
    return true;
  }

  #live(guest: Guest): void {
    tickMember(guest, guest.context, this.#nowMs);
    const isStuck = guest.instance.progress.standsStillMs >= NODE_PATIENCE_MS;
    if (isStuck) guest.exhausted = true;
    const { node } = guest;
    if (hasEnded(guest)) {
      node.remove(guest);
      node.ledger.release(guest.id);
      guest.dueMs = Number.NaN;
      this.#account.end(resultOf(guest, guest.resizes), guest);
      this.#serve();
    } else this.#wakeAt(nextMs(guest), guest);
    for (const urgent of node.urgent(this.#nowMs)) this.#wakeAt(this.#nowMs, urgent);
  }

  #wakeAt(atMs: number, guest: Guest): void {
    guest.dueMs = atMs;
    this.#schedule.add(atMs, { kind: 'guest', guest });
  }
}
