import { connect, type Socket } from 'node:net';

const NUMBER_BYTES = 4;
/** What the agent holds of a connection. */
const PIECE_BYTES = 4096;
const TYPES = new Set(['o', 'b', 't', 'z']);
/** Of an agent that keeps to its word; one that does not is let go of. */
const MOST_CONNECTIONS = 8;
const MOST_UNTAKEN_BYTES = 64 * 1024;

type Carried = {
  readonly socket: Socket;
  /** What the program has not taken yet; the first piece of it is on its way. */
  waiting: Buffer;
};

/** Lifecycle: open → (receive)* → close. */
export type HintRelay = {
  readonly receive: (type: string, payload: Buffer) => void;
  readonly close: () => void;
};

export function isAboutHints(type: string): boolean {
  return TYPES.has(type);
}

/**
 * Carries connections of programs inside to a socket of this host, which serves them as it would
 * serve a process. A number names each; one piece at a time is on its way in either direction, so
 * that whoever does not read waits, there as here.
 */
export function openHintRelay(
  path: string,
  say: (type: string, payload: Buffer) => void,
): HintRelay {
  const carried = new Map<number, Carried>();

  function open(number: number): void {
    const one: Carried = { socket: connect(path), waiting: Buffer.alloc(0) };
    carried.set(number, one);
    one.socket.unref();
    one.socket.on('data', (chunk: Buffer) => {
      one.socket.pause();
      one.waiting = chunk;
      sendPiece(number, one);
    });
    one.socket.on('error', () => one.socket.destroy());
    one.socket.on('close', () => {
      if (carried.delete(number)) say('z', framed(number));
    });
  }

  function sendPiece(number: number, { waiting }: Carried): void {
    say('b', framed(number, waiting.subarray(0, PIECE_BYTES)));
  }

  function taken(number: number, one: Carried): void {
    one.waiting = one.waiting.subarray(PIECE_BYTES);
    if (one.waiting.length > 0) sendPiece(number, one);
    else one.socket.resume();
  }

  /** What it sent before it went is still heard. */
  function gone(number: number, { socket }: Carried): void {
    carried.delete(number);
    socket.removeAllListeners('data');
    socket.end().resume();
  }

  function write(number: number, { socket }: Carried, bytes: Buffer): void {
    if (socket.writableLength > MOST_UNTAKEN_BYTES) socket.destroy();
    else socket.write(bytes, () => say('t', framed(number)));
  }

  return {
    receive(type, payload) {
      if (payload.length < NUMBER_BYTES) return;
      const number = payload.readUInt32LE(0);
      const one = carried.get(number);
      if (type === 'o' && carried.size >= MOST_CONNECTIONS) say('z', framed(number));
      else if (type === 'o' && !one) open(number);
      if (!one) return;
      if (type === 'b') write(number, one, payload.subarray(NUMBER_BYTES));
      if (type === 't') taken(number, one);
      if (type === 'z') gone(number, one);
    },
    close() {
      const all = [...carried.values()];
      carried.clear();
      all.forEach(({ socket }) => socket.destroy());
    },
  };
}

function framed(number: number, bytes: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(NUMBER_BYTES);
  head.writeUInt32LE(number);
  return Buffer.concat([head, bytes]);
}
