const HEADER_BYTES = 5;
/** A guest that announces more talks nonsense. */
const MOST_PAYLOAD_BYTES = 65_536;

/** One message to or from the agent: a letter, and what belongs to it. */
export type Frame = { readonly type: string; readonly payload: Buffer };

/** A letter, the length in 4 bytes (little endian), the payload. */
export function encodeFrame(type: string, payload: Buffer | string = ''): Buffer {
  const bytes = Buffer.from(payload);
  const header = Buffer.alloc(HEADER_BYTES);
  header.write(type, 0, 1, 'latin1');
  header.writeUInt32LE(bytes.length, 1);
  return Buffer.concat([header, bytes]);
}

/**
 * Cuts what comes from a guest into frames. What was said to whoever was connected before is skipped
 * up to `first`, the answer to this connection's own greeting. Lifecycle: (feed)* .
 */
export class FrameReader {
  readonly #first: Buffer;
  #rest = Buffer.alloc(0);
  #isInStep = false;

  constructor(first: Buffer) {
    this.#first = first;
  }

  /** The frames that are whole now; undefined when it is no agent that talks. */
  feed(chunk: Buffer): readonly Frame[] | undefined {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    if (!this.#isInStep && !this.#findFirst()) return [];
    const frames: Frame[] = [];
    for (;;) {
      if (this.#rest.length < HEADER_BYTES) return frames;
      const length = this.#rest.readUInt32LE(1);
      if (length > MOST_PAYLOAD_BYTES) return undefined;
      const end = HEADER_BYTES + length;
      if (this.#rest.length < end) return frames;
      const type = this.#rest.toString('latin1', 0, 1);
      frames.push({ type, payload: this.#rest.subarray(HEADER_BYTES, end) });
      this.#rest = this.#rest.subarray(end);
    }
  }

  #findFirst(): boolean {
    const at = this.#rest.indexOf(this.#first);
    if (at >= 0) {
      this.#rest = this.#rest.subarray(at);
      this.#isInStep = true;
      return true;
    }
    this.#rest = this.#rest.subarray(Math.max(0, this.#rest.length - this.#first.length));
    return false;
  }
}
