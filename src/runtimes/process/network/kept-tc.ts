import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';
import { parseTbf, type TbfReading } from './tbf.ts';
import { requireTool } from './tool.ts';

/** A crashed `tc` is started again at most this often. */
const RESTART_AFTER_MS = 1000;

/** Of the last changes only; whoever asks does so right after its change. */
const KEPT_PROBLEMS = 64;

export type Question = {
  /** A change to make first, whose success the reading shows. */
  readonly change?: string;
  readonly device: string;
  /** What the device's shaper is called: an answer with another handle belongs to someone else. */
  readonly handle: string;
  readonly answered: (reading: TbfReading | undefined) => void;
  readonly failed: (problem: string) => void;
};

type Asked = { readonly lineNumber: number; readonly question: Question };

/**
 * One `tc -batch -` that stays, so that a change costs a line in a pipe instead of a process.
 * It prints one line of JSON per `show` and flushes it, in the order of the questions.
 * Lifecycle: idle → running (on the first question, and again after it died) → closed.
 */
export class KeptTc {
  readonly #args: readonly string[];
  readonly #asked: Asked[] = [];
  readonly #problems = new Map<number, string>();
  #complaint = '';
  #linesWritten = 0;
  #startedAtMs = -Infinity;
  #closed = false;
  #child: ChildProcessWithoutNullStreams | undefined;

  /** `namespace`: a named network namespace, or the host's own. */
  constructor(namespace?: string) {
    this.#args = [...(namespace ? ['-n', namespace] : []), '-s', '-j', '-force', '-batch', '-'];
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Returns the number under which `problemOf` keeps what went wrong with the change. */
  ask(question: Question): number {
    const child = this.#child ?? this.#start();
    if (!child) {
      question.failed('tc has ended; it is started again in a moment');
      return -1;
    }
    const changeLineNumber = this.#linesWritten + 1;
    this.#linesWritten += question.change ? 2 : 1;
    this.#asked.push({ lineNumber: this.#linesWritten, question });
    const change = question.change ? `${question.change}\n` : '';
    child.stdin.write(`${change}qdisc show dev ${question.device}\n`);
    return changeLineNumber;
  }

  problemOf(changeLineNumber: number): string | undefined {
    return this.#problems.get(changeLineNumber);
  }

  async close(): Promise<void> {
    this.#closed = true;
    const child = this.#child;
    if (!child) return;
    const ended = new Promise((resolve) => child.once('close', resolve));
    child.stdin.end();
    await ended;
  }

  #start(): ChildProcessWithoutNullStreams | undefined {
    const nowMs = performance.now();
    if (this.#closed || nowMs - this.#startedAtMs < RESTART_AFTER_MS) return undefined;
    this.#startedAtMs = nowMs;
    this.#linesWritten = 0;
    this.#problems.clear();
    const child = spawn(requireTool('tc'), this.#args, { stdio: 'pipe' });
    createInterface({ input: child.stdout }).on('line', (line) => this.#answer(child, line));
    createInterface({ input: child.stderr }).on('line', (line) => this.#complain(line));
    // A write to a dead tc ends in EPIPE; its 'close' fails what was asked.
    child.stdin.on('error', (error) => (this.#complaint ||= error.message));
    child.once('error', (error) => this.#ended(child, error.message));
    child.once('close', () => this.#ended(child, this.#complaint || 'tc ended'));
    this.#child = child;
    return child;
  }

  #answer(child: ChildProcessWithoutNullStreams, line: string): void {
    const reading = parseTbf(line);
    const asked = this.#asked.shift();
    if (!asked) return;
    if (!reading || reading.handle === asked.question.handle) {
      asked.question.answered(reading);
      return;
    }
    // A question failed whose complaint is still on its way: nothing in the pipe can be trusted.
    asked.question.failed('the answers of tc got out of step');
    child.kill();
    this.#startedAtMs = -Infinity;
    this.#ended(child, 'the answers of tc got out of step');
  }

  /** The text comes first, then `Command failed -:7` with the number of the line. */
  #complain(line: string): void {
    const [, digits] = /^Command failed -:(\d+)/.exec(line) ?? [];
    if (digits === undefined) {
      this.#complaint = line;
      return;
    }
    const problem = this.#complaint;
    this.#complaint = '';
    const index = this.#asked.findIndex((asked) => asked.lineNumber === Number(digits));
    if (index >= 0) this.#asked.splice(index, 1)[0]?.question.failed(problem);
    else this.#keepProblem(Number(digits), problem);
  }

  #keepProblem(lineNumber: number, problem: string): void {
    this.#problems.set(lineNumber, problem);
    const oldest = this.#problems.keys().next();
    if (this.#problems.size > KEPT_PROBLEMS && !oldest.done) this.#problems.delete(oldest.value);
  }

  #ended(child: ChildProcessWithoutNullStreams, problem: string): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    for (const { question } of this.#asked.splice(0)) question.failed(problem);
  }
}
