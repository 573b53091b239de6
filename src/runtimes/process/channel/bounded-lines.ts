/** Writes up to PIPE_BUF are atomic (pipe(7)): a longer line can only be broken or hostile. */
export const LONGEST_LINE_BYTES = 4096;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Cuts a stream of untrusted bytes into lines and drops what is too long, no text, or more than
 * `mayPass` lets through. It never holds more than one line. Lifecycle: (feed)* .
 */
export class BoundedLines {
  readonly #onLine: (line: string) => void;
  readonly #mayPass: () => boolean;
  #rest = Buffer.alloc(0);
  /** Inside a line that is too long, up to its end. */
  #skipping = false;
  dropped = 0;

  constructor(onLine: (line: string) => void, mayPass: () => boolean = () => true) {
    this.#onLine = onLine;
    this.#mayPass = mayPass;
  }

  feed(chunk: Buffer): void {
    let from = 0;
    for (let end = chunk.indexOf(0x0a); end !== -1; end = chunk.indexOf(0x0a, from)) {
      this.#finish(chunk.subarray(from, end));
      from = end + 1;
    }
    this.#keep(chunk.subarray(from));
  }

  #finish(last: Buffer): void {
    const lengthBytes = this.#rest.length + last.length;
    if (this.#skipping || lengthBytes > LONGEST_LINE_BYTES || !this.#mayPass()) this.dropped++;
    else if (lengthBytes > 0) this.#pass(Buffer.concat([this.#rest, last]));
    this.#rest = Buffer.alloc(0);
    this.#skipping = false;
  }

  #pass(bytes: Buffer): void {
    const line = decoded(bytes);
    if (line === undefined) this.dropped++;
    else this.#onLine(line);
  }

  #keep(begun: Buffer): void {
    if (this.#rest.length + begun.length <= LONGEST_LINE_BYTES) {
      // A copy: a view would keep the whole chunk.
      this.#rest = Buffer.concat([this.#rest, begun]);
      return;
    }
    this.#rest = Buffer.alloc(0);
    this.#skipping = true;
  }
}

function decoded(bytes: Buffer): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
