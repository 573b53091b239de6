import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { LimberError } from '#model/errors.ts';
import { connectWhenThere } from '../connect-when-there.ts';

type Reply = {
  readonly id?: number;
  readonly return?: unknown;
  readonly error?: { readonly class: string; readonly desc: string };
  readonly event?: string;
  readonly data?: Readonly<Record<string, unknown>>;
};

type Waiting = {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
};
export type QmpEvent = { readonly name: string; readonly data: Readonly<Record<string, unknown>> };

/** QEMU's own protocol: lines of JSON. Source: QEMU, docs/interop/qmp-spec. Lifecycle: open → close. */
export class Qmp {
  readonly #socket: Socket;
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Set<(event: QmpEvent) => void>();
  #lastId = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#failAll());
    const lines = createInterface({ input: socket });
    lines.on('line', (line) => this.#take(line));
    // It says again what the socket has said.
    lines.on('error', () => {});
  }

  /** Waits for the socket to be there, as long as `isThere` says that it can still come. */
  static async open(path: string, isThere: () => boolean): Promise<Qmp> {
    const qmp = new Qmp(await connectWhenThere(path, isThere));
    await qmp.execute('qmp_capabilities');
    return qmp;
  }

  execute(command: string, args: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      if (this.#socket.destroyed) return reject(gone(command));
      this.#waiting.set(id, { resolve, reject });
      this.#socket.write(`${JSON.stringify({ execute: command, arguments: args, id })}\n`);
    });
  }

  onEvent(listener: (event: QmpEvent) => void): void {
    this.#listeners.add(listener);
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(line: string): void {
    const reply = JSON.parse(line) as Reply;
    if (reply.event !== undefined) {
      const event = { name: reply.event, data: reply.data ?? {} };
      this.#listeners.forEach((listener) => listener(event));
    }
    if (reply.id === undefined) return;
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (reply.error) waiting?.reject(refused(reply.error.desc));
    else waiting?.resolve(reply.return);
  }

  #failAll(): void {
    for (const { reject } of this.#waiting.values()) reject(gone('the command on its way'));
    this.#waiting.clear();
  }
}

function gone(what: string): LimberError {
  return new LimberError('microvm-not-started', {
    problem: `its monitor is gone (${what})`,
    hint: 'What it said is in the log of the run.',
  });
}

function refused(problem: string): LimberError {
  return new LimberError('microvm-unavailable', {
    problem: `QEMU refused: ${problem}`,
    hint: 'Limber is made for QEMU 7.2 and newer.',
  });
}
