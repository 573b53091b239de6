import { readlinkSync } from 'node:fs';
import { boundedNames } from './bounded-names.ts';
import type { LocalSockets } from './local-sockets.ts';
import type { DescriptorKind } from './waiting.ts';

/** Of one process. A program that opens more is looked at in part. */
const MOST_DESCRIPTORS = 64;
/** Cost of opening a folder of /proc, in readings of a link. */
const LISTING_COST = 5;

const ROUND_MS = 1000;

export type OpenFile = { readonly descriptor: number; readonly path: string };

/**
 * What a process has open. A few links are read at each look; a round over all of them is told as a
 * whole. Links of /proc are made by the kernel from what it holds: reading one touches no disk.
 */
export class Descriptors {
  hasNetworkSocket = false;
  /** Files of the last full round. */
  files: readonly OpenFile[] = [];
  /** When the last round began; the descriptors of a process change only while it runs. */
  roundMs = Number.NEGATIVE_INFINITY;
  readonly #pid: number;
  readonly #sockets: LocalSockets;
  /** Full rounds so far. */
  rounds = 0;
  #isStale = true;
  #turn: string[] = [];
  #found: { hasNetworkSocket: boolean; files: OpenFile[] } = newFindings();

  constructor(pid: number, sockets: LocalSockets) {
    this.#pid = pid;
    this.#sockets = sockets;
  }

  /** True when a round is to begin or to go on: one a second, of a process that has run. */
  isDue(nowMs: number, hasRun: boolean): boolean {
    this.#isStale ||= hasRun;
    if (this.#turn.length > 0) return true;
    return this.#isStale && nowMs - this.roundMs >= ROUND_MS;
  }

  /** Reads at most `most` links; returns what it cost. */
  scan(most: number, nowMs: number): number {
    let cost = 0;
    if (this.#turn.length === 0) {
      cost += LISTING_COST;
      this.roundMs = nowMs;
      this.#isStale = false;
      this.#turn = boundedNames(`/proc/${this.#pid}/fd`, MOST_DESCRIPTORS);
    }
    const now = this.#turn.splice(0, Math.max(0, most - cost));
    for (const name of now) this.#note(Number(name));
    if (this.#turn.length === 0) this.#endRound();
    return cost + now.length;
  }

  kindOf(descriptor: number): DescriptorKind {
    return this.#kind(this.#target(descriptor));
  }

  #note(descriptor: number): void {
    const target = this.#target(descriptor);
    const kind = this.#kind(target);
    if (kind === 'network') this.#found.hasNetworkSocket = true;
    if (kind === 'file') this.#found.files.push({ descriptor, path: target });
  }

  #endRound(): void {
    this.hasNetworkSocket = this.#found.hasNetworkSocket;
    this.files = this.#found.files;
    this.#found = newFindings();
    this.rounds++;
  }

  #target(descriptor: number): string {
    try {
      return readlinkSync(`/proc/${this.#pid}/fd/${descriptor}`);
    } catch {
      // Closed meanwhile, or not ours to see.
      return '';
    }
  }

  #kind(target: string): DescriptorKind {
    const socket = /^socket:\[(\d+)\]$/.exec(target)?.[1];
    if (socket === undefined) return kindOfTarget(target);
    // Not known yet counts as a network's: most sockets that are waited for are.
    return this.#sockets.isLocal(this.#pid, socket) === true ? 'local' : 'network';
  }
}

function newFindings(): { hasNetworkSocket: boolean; files: OpenFile[] } {
  return { hasNetworkSocket: false, files: [] };
}

/** Source: proc_pid_fd(5). */
export function kindOfTarget(target: string): DescriptorKind {
  if (target.startsWith('pipe:')) return 'pipe';
  if (/^\/dev\/(pts\/|tty|console)/.test(target)) return 'terminal';
  if (target === 'anon_inode:[timerfd]') return 'timer';
  if (/^\/(dev|proc|sys)\//.test(target)) return 'other';
  return target.startsWith('/') ? 'file' : 'other';
}
