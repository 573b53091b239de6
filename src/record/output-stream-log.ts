import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { segmentPath } from './output-segments.ts';

const BUFFER_BYTES = 256 * 1024;
/** The last half is kept in this many files, of which the oldest is dropped as a new one begins. */
const TAIL_SEGMENTS = 4;

/**
 * One stream on disk: a head file of half of `keptBytes`, then tail files of an eighth each, at
 * most four of them. So the last 3/8 of `keptBytes` are always there, and never more than
 * `keptBytes` in all. Example: of 16 MiB, the first 8 MiB and the last 6 to 8 MiB.
 * Lifecycle: write, flush … → close. Failing writes are remembered, not thrown.
 */
export class OutputStreamLog {
  readonly #folder: string;
  readonly #name: string;
  readonly #headBytes: number;
  readonly #segmentBytes: number;
  readonly #buffer: Buffer;
  readonly #tail: string[] = [];
  #bufferedBytes = 0;
  /** Where in the stream the next byte for the disk belongs. */
  #atByte = 0;
  #descriptor: number | undefined;
  #segmentLeft = 0;
  problem: Error | undefined;

  constructor(options: {
    readonly folder: string;
    readonly name: string;
    readonly keptBytes: number;
  }) {
    this.#folder = options.folder;
    this.#name = options.name;
    this.#headBytes = Math.max(1, Math.floor(options.keptBytes / 2));
    this.#segmentBytes = Math.max(1, Math.floor(options.keptBytes / 2 / TAIL_SEGMENTS));
    this.#buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  }

  write(chunk: Buffer): void {
    if (chunk.length > BUFFER_BYTES - this.#bufferedBytes) this.flush();
    if (chunk.length > BUFFER_BYTES) return this.#append(chunk);
    this.#bufferedBytes += chunk.copy(this.#buffer, this.#bufferedBytes);
  }

  flush(): void {
    const bytes = this.#bufferedBytes;
    this.#bufferedBytes = 0;
    if (bytes > 0) this.#append(this.#buffer.subarray(0, bytes));
  }

  close(): void {
    this.flush();
    this.#closeSegment();
  }

  #append(bytes: Buffer): void {
    let done = 0;
    while (done < bytes.length) {
      if (this.#segmentLeft === 0) done += this.#skip(bytes.length - done);
      done += this.#appendTo(bytes.subarray(done));
    }
  }

  /** What the rest of the same block would push out again is not written in the first place. */
  #skip(blockBytes: number): number {
    const tailBytes = this.#segmentBytes * TAIL_SEGMENTS;
    const skipped = this.#atByte === 0 ? 0 : Math.max(0, blockBytes - tailBytes);
    this.#atByte += skipped;
    return skipped;
  }

  /** Returns how far in the stream it came: also past bytes that the disk refused. */
  #appendTo(bytes: Buffer): number {
    if (this.#segmentLeft === 0) this.#beginSegment();
    const part = bytes.subarray(0, this.#segmentLeft);
    const written = this.#tryWrite(part);
    this.#segmentLeft -= part.length;
    this.#atByte += part.length;
    // What follows belongs to a later offset, so to another file.
    if (written < part.length) this.#segmentLeft = 0;
    return part.length;
  }

  #tryWrite(part: Buffer): number {
    if (this.#descriptor === undefined) return part.length;
    let written = 0;
    try {
      while (written < part.length) written += writeSync(this.#descriptor, part, written);
    } catch (error) {
      this.problem ??= error as Error;
    }
    return written;
  }

  #beginSegment(): void {
    this.#closeSegment();
    const isHead = this.#atByte === 0;
    const path = segmentPath(this.#folder, this.#name, this.#atByte);
    this.#segmentLeft = isHead ? this.#headBytes : this.#segmentBytes;
    try {
      if (!isHead) this.#keepTail(path);
      this.#descriptor = openSync(path, 'w', 0o600);
    } catch (error) {
      this.problem ??= error as Error;
    }
  }

  #keepTail(path: string): void {
    this.#tail.push(path);
    if (this.#tail.length > TAIL_SEGMENTS) rmSync(this.#tail.shift()!, { force: true });
  }

  #closeSegment(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}
