import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { test as inBox } from '../box.ts';
import { OtlpReceiver } from './otlp-receiver.ts';
import { configured, endAll, Server } from './server.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLER = '00f067aa0ba902b7';
const GROWS = 'kept = [bytearray(3_000_000) for _ in range(60)]\nimport time; time.sleep(0.5)';

const test = inBox.extend<{ receiver: OtlpReceiver }>({
  receiver: async ({ box: _box }, use) => {
    const receiver = await new OtlpReceiver().start();
    await use(receiver);
    receiver.stop();
  },
});

const FAST = { OTEL_METRIC_EXPORT_INTERVAL: '200', OTEL_BSP_SCHEDULE_DELAY: '100' };

test.for(['http/json', 'http/protobuf'] as const)(
  'traces and metrics are sent as %s',
  async (protocol, { box, receiver }) => {
    const otlp = { endpoint: receiver.url, protocol, headers: { 'x-token': 'told' } };
    const env = { ...configured(box, { serve: { otlp } }), ...FAST };
    const server = await new Server(box, ['--no-keys'], env).start();
    const headers = { traceparent: `00-${TRACE}-${CALLER}-01` };
    const json = { code: GROWS, language: 'python', labels: { job: 'nightly' } };
    const { body } = await server.send('POST', '/v1/executions?waitMs=60000', { json, headers });
    await expect
      .poll(() => receiver.spans.map(({ name }) => name))
      .toEqual(expect.arrayContaining(['execution', 'queued', 'run', 'POST /v1/executions']));
    const named = (name: string) => receiver.spans.find((span) => span.name === name)!;
    const request = named('POST /v1/executions');
    expect(request).toMatchObject({ traceId: TRACE, parentSpanId: CALLER });
    const execution = named('execution');
    expect(execution).toMatchObject({ traceId: TRACE, parentSpanId: request.spanId });
    expect(execution.attributes).toEqual(
      expect.arrayContaining([
        `container.id=${body.id}`,
        'container.label.job=nightly',
        'limber.execution.outcome=succeeded',
      ]),
    );
    expect(execution.service).toContain('service.name=limber');
    for (const name of ['queued', 'run'])
      expect(named(name)).toMatchObject({ traceId: TRACE, parentSpanId: execution.spanId });
    expect(named('run').events).toContain('resize');
    const expected = [
      'container.cpu.time s',
      'container.memory.usage By',
      'container.network.io By',
      'limber.allocation.memory By',
      'http.server.request.duration s',
    ];
    await expect.poll(() => [...receiver.metrics]).toEqual(expect.arrayContaining(expected));
    expect(receiver.headers.every((sent) => sent['x-token'] === 'told')).toBe(true);
    expect([...receiver.types].join()).toContain(protocol === 'http/json' ? 'json' : 'protobuf');
    await endAll(server);
  },
);

test('an execution that another server began is told whole, and the last ones at the end', async ({
  box,
  receiver,
}) => {
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_SERVICE_NAME: 'mine' };
  const server = await new Server(box, ['--no-keys'], env).start();
  const json = { command: ['sh', '-c', 'sleep 3'] };
  const headers = { traceparent: `00-${TRACE}-${CALLER}-01` };
  const { body } = await server.send('POST', '/v1/executions', { json, headers });
  await server.whenRunning(body.id);
  await server.kill('SIGKILL');
  await server.start();
  await server.get(body.id, '?waitMs=20000');
  // Nothing is waited for: it sends what it has when it is ended.
  await server.kill('SIGTERM');
  const execution = receiver.spans.find(({ name }) => name === 'execution')!;
  expect(execution).toMatchObject({ traceId: TRACE, service: expect.stringContaining('mine') });
  await endAll(server);
});

test('a receiver that is away disturbs nothing', async ({ box }) => {
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1', ...FAST };
  const server = await new Server(box, ['--no-keys'], env).start();
  expect(await server.python('print(1)')).toMatchObject({ outcome: 'succeeded' });
  await endAll(server);
});

test('where no endpoint is said nothing of it is loaded', async ({ box, receiver }) => {
  // The API alone does nothing; prom-client knows it.
  const seen = join(box.folder, 'loaded.txt');
  const hooks = `import { appendFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
registerHooks({
  resolve(name, context, next) {
    if (name.startsWith('@opentelemetry/') && name !== '@opentelemetry/api') appendFileSync('${seen}', name + '\\n');
    return next(name, context);
  },
});`;
  const path = join(box.current, box.write('hooks.mjs', hooks));
  for (const [endpoint, isLoaded] of [
    ['', false],
    [receiver.url, true],
  ] as const) {
    const env = { NODE_OPTIONS: `--import=${path}`, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint };
    const server = await new Server(box, ['--no-keys'], env).start();
    expect(await server.python('print(1)')).toMatchObject({ outcome: 'succeeded' });
    await endAll(server);
    expect(existsSync(seen)).toBe(isLoaded);
  }
  expect(readFileSync(seen, 'utf8')).toContain('@opentelemetry/sdk-trace');
});
