import { Transform } from 'node:stream';
import type { TransformCallback } from 'node:stream';

const BEGIN = 'LIMBER-JOB-BEGINS';
const END = 'LIMBER-JOB-ENDED';

/** Lets through only what the job itself printed, in whole lines, without the console's returns. */
export class ConsoleFilter extends Transform {
  #rest = '';
  #isJob = false;

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const lines = (this.#rest + chunk.toString('latin1')).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#take(line.replace(/\r$/, ''));
    done();
  }

  #take(line: string): void {
    // What the job printed last may lack its newline.
    const isLast = line.endsWith(END);
    const text = isLast ? line.slice(0, -END.length) : `${line}\n`;
    if (this.#isJob && text !== '') this.push(Buffer.from(text, 'latin1'));
    if (isLast) this.#isJob = false;
    if (line === BEGIN) this.#isJob = true;
  }
}
