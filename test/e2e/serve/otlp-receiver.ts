import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

export type Span = {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
  readonly attributes: readonly string[];
  readonly events: readonly string[];
  readonly service: string;
};

/** Takes OTLP over HTTP as a collector does, in both encodings, and answers as one. */
export class OtlpReceiver {
  readonly spans: Span[] = [];
  readonly metrics = new Set<string>();
  readonly headers: Record<string, unknown>[] = [];
  readonly types = new Set<string>();
  #server!: Server;

  async start(): Promise<this> {
    this.#server = createServer((request, reply) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const sent = Buffer.concat(chunks);
        const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
        const type = request.headers['content-type'] ?? '';
        this.types.add(type);
        this.headers.push(request.headers);
        const root = type.includes('json')
          ? new Json(JSON.parse(body.toString()))
          : new Proto(body);
        if (request.url === '/v1/traces') this.#takeSpans(root);
        if (request.url === '/v1/metrics') this.#takeMetrics(root);
        reply.writeHead(200, { 'content-type': type }).end(type.includes('json') ? '{}' : '');
      });
    });
    this.#server.listen(0, '127.0.0.1');
    await new Promise((resolve) => this.#server.once('listening', resolve));
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #takeSpans(root: Message): void {
    for (const resource of root.all('resourceSpans', 1))
      for (const scope of resource.all('scopeSpans', 2))
        for (const span of scope.all('spans', 2))
          this.spans.push({
            traceId: span.id('traceId', 1),
            spanId: span.id('spanId', 2),
            parentSpanId: span.id('parentSpanId', 4),
            name: span.text('name', 5),
            attributes: attributesOf(span, 9),
            events: span.all('events', 11).map((event) => event.text('name', 2)),
            service: attributesOf(resource.all('resource', 1)[0]!, 1).join(),
          });
  }

  #takeMetrics(root: Message): void {
    for (const resource of root.all('resourceMetrics', 1))
      for (const scope of resource.all('scopeMetrics', 2))
        for (const metric of scope.all('metrics', 2))
          this.metrics.add(`${metric.text('name', 1)} ${metric.text('unit', 3)}`);
  }
}

/** "name=value" of those whose value is text. */
function attributesOf(message: Message, field: number): readonly string[] {
  return message
    .all('attributes', field)
    .map((pair) => `${pair.text('key', 1)}=${pair.all('value', 2)[0]?.text('stringValue', 1)}`);
}

/** A message by names (JSON) or by field numbers (protobuf): opentelemetry/proto, v1. */
interface Message {
  all(name: string, field: number): readonly Message[];
  text(name: string, field: number): string;
  id(name: string, field: number): string;
}

class Json implements Message {
  readonly #value: Record<string, unknown>;

  constructor(value: unknown) {
    this.#value = value as Record<string, unknown>;
  }

  all(name: string): readonly Message[] {
    return [this.#value[name] ?? []].flat().map((value) => new Json(value));
  }

  text(name: string): string {
    const value = this.#value[name];
    return typeof value === 'string' ? value : '';
  }

  /** Hexadecimal, unlike other bytes in the JSON of protobuf. */
  id(name: string): string {
    return this.text(name);
  }
}

const VARINT = 0;
const FIXED_64 = 1;
const BYTES = 2;
const FIXED_32 = 5;

/** https://protobuf.dev/programming-guides/encoding: as much of it as tells fields with bytes apart. */
class Proto implements Message {
  readonly #fields = new Map<number, Buffer[]>();

  constructor(bytes: Buffer) {
    let at = 0;
    const varint = () => {
      let value = 0;
      for (let scale = 1; ; scale *= 128) {
        const byte = bytes[at++]!;
        value += (byte & 127) * scale;
        if (byte < 128) return value;
      }
    };
    while (at < bytes.length) {
      const tag = varint();
      const [field, kind] = [Math.floor(tag / 8), tag % 8];
      if (kind === VARINT) varint();
      else if (kind === FIXED_64) at += 8;
      else if (kind === FIXED_32) at += 4;
      else if (kind === BYTES) {
        const length = varint();
        const value = bytes.subarray(at, at + length);
        this.#fields.set(field, [...(this.#fields.get(field) ?? []), value]);
        at += length;
      } else throw new Error(`wire type ${kind}`);
    }
  }

  all(_name: string, field: number): readonly Message[] {
    return (this.#fields.get(field) ?? []).map((bytes) => new Proto(bytes));
  }

  text(_name: string, field: number): string {
    return this.#fields.get(field)?.at(-1)?.toString() ?? '';
  }

  id(_name: string, field: number): string {
    return this.#fields.get(field)?.at(-1)?.toString('hex') ?? '';
  }
}
