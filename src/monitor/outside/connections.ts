import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import type { OutsideConnection } from '#model/outside.ts';
import { parseSs } from './parse-ss.ts';

/** `ss` walks over all sockets of the machine, which takes 2 ms of CPU. */
const INTERVAL_MS = 1000;
/** While it sees no change. */
const LONGEST_INTERVAL_MS = 5000;
const MOST_CHARACTERS = 256 * 1024;
/** What the loop prints after each answer; `ss` prints no empty line. */
const END_OF_ANSWER = '\n\n';
/** A small shell stays in the namespace: to start processes from here would hold up the loop. */
const ANSWER_EACH_LINE = "while read -r _; do ss -tinHO 2>/dev/null; printf '\\n\\n'; done";

/**
 * The TCP connections of a network namespace, with their round-trip times. Asked now and then, and
 * answered a little later: `latest` is the last answer. What cannot be asked has no connections.
 * Lifecycle: idle → (ask)* → close. The shell ends with its input, however Limber ends.
 */
export class Connections {
  latest: readonly OutsideConnection[] = [];
  readonly #namespacePath: string;
  #child: ChildProcessWithoutNullStreams | undefined;
  #answer = '';
  #isAsked = false;
  #isOver = false;
  #dueMs = Number.NEGATIVE_INFINITY;
  #intervalMs = INTERVAL_MS;

  constructor(namespacePath: string) {
    this.#namespacePath = namespacePath;
  }

  /** Asks again when it is time to. */
  ask(nowMs: number): void {
    if (this.#isOver || this.#isAsked || nowMs < this.#dueMs) return;
    this.#dueMs = nowMs + this.#intervalMs;
    this.#isAsked = true;
    this.#child ??= this.#start();
    this.#child.stdin.write('\n');
  }

  close(): void {
    this.#isOver = true;
    this.#child?.stdin.end();
    this.#child?.kill();
    this.#child = undefined;
    this.latest = [];
  }

  #start(): ChildProcessWithoutNullStreams {
    const args = [`--net=${this.#namespacePath}`, 'sh', '-c', ANSWER_EACH_LINE];
    const path = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin:/usr/bin:/bin`;
    const child = spawn('nsenter', args, { env: { PATH: path, LC_ALL: 'C' }, stdio: 'pipe' });
    child.once('error', () => this.close()).once('exit', () => this.close());
    // A shell that ended is told of by its exit.
    child.stdin.on('error', () => {});
    child.stderr.resume();
    child.stdout.setEncoding('latin1').on('data', (text: string) => this.#hear(text));
    // It must not keep a process from ending that has nothing else to do.
    child.unref();
    for (const stream of [child.stdin, child.stdout, child.stderr])
      if ('unref' in stream && typeof stream.unref === 'function') stream.unref();
    return child;
  }

  #hear(text: string): void {
    this.#answer += text;
    if (this.#answer.length > MOST_CHARACTERS) return this.close();
    if (!this.#answer.endsWith(END_OF_ANSWER)) return;
    const found = parseSs(this.#answer);
    this.#answer = '';
    this.#isAsked = false;
    this.#intervalMs = isSame(found, this.latest)
      ? Math.min(LONGEST_INTERVAL_MS, this.#intervalMs * 2)
      : INTERVAL_MS;
    this.latest = found;
  }
}

function isSame(one: readonly OutsideConnection[], other: readonly OutsideConnection[]): boolean {
  return one.length === other.length && one.every((each, index) => isAlike(each, other[index]!));
}

function isAlike(one: OutsideConnection, other: OutsideConnection): boolean {
  return (
    one.peer === other.peer &&
    one.state === other.state &&
    one.sentBytes === other.sentBytes &&
    one.receivedBytes === other.receivedBytes
  );
}
