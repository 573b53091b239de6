import type { PushMetricExporter } from '@opentelemetry/sdk-metrics';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import {
  detectResources,
  envDetector,
  hostDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider, type SpanExporter } from '@opentelemetry/sdk-trace';
import { ATTR_SERVICE_NAME, ATTR_SERVICE_VERSION } from '@opentelemetry/semantic-conventions';
import packageJson from '#package.json' with { type: 'json' };
import type { Services } from '../services.ts';
import { addContainerMetrics } from './container-metrics.ts';
import { traceExecutions } from './execution-spans.ts';
import { traceRequests } from './request-spans.ts';
import type { OtlpSettings, Telemetry } from './types.ts';

const CLOSE_MS = 3_000;

/** Providers of this server alone: nothing is registered for the whole process. */
export async function startOtlp(services: Services, settings: OtlpSettings): Promise<Telemetry> {
  const exporters = await newExporters(settings);
  const resource = resourceFromAttributes({
    [ATTR_SERVICE_NAME]: 'limber',
    [ATTR_SERVICE_VERSION]: packageJson.version,
  }).merge(detectResources({ detectors: [hostDetector, envDetector] }));
  const processor = new BatchSpanProcessor({ exporter: exporters.spans });
  const tracers = new TracerProvider({ resource, spanProcessors: [processor] });
  const reader = new PeriodicExportingMetricReader({
    exporter: exporters.metrics,
    exportIntervalMillis: settings.metricsEveryMs,
    exportTimeoutMillis: Math.min(settings.metricsEveryMs, 30_000),
  });
  const meters = new MeterProvider({ resource, readers: [reader] });
  const tracer = tracers.getTracer('limber', packageJson.version);
  const meter = meters.getMeter('limber', packageJson.version);
  addContainerMetrics(meter, services);
  const stop = traceExecutions(tracer, services);
  return {
    request: traceRequests(tracer, meter),
    async close() {
      stop();
      const ends = Promise.allSettled([tracers.shutdown(), meters.shutdown()]);
      await Promise.race([ends, new Promise((done) => setTimeout(done, CLOSE_MS).unref())]);
    },
  };
}

type Exporters = { readonly spans: SpanExporter; readonly metrics: PushMetricExporter };

/** Without an endpoint they go by their own variables. */
async function newExporters({ endpoint, protocol, headers }: OtlpSettings): Promise<Exporters> {
  const [traces, metrics] = await (protocol === 'http/json'
    ? Promise.all([
        import('@opentelemetry/exporter-trace-otlp-http'),
        import('@opentelemetry/exporter-metrics-otlp-http'),
      ])
    : Promise.all([
        import('@opentelemetry/exporter-trace-otlp-proto'),
        import('@opentelemetry/exporter-metrics-otlp-proto'),
      ]));
  const to = (signal: string) => ({
    headers,
    ...(endpoint !== undefined && { url: `${endpoint.replace(/\/$/, '')}/v1/${signal}` }),
  });
  return {
    spans: new traces.OTLPTraceExporter(to('traces')),
    metrics: new metrics.OTLPMetricExporter(to('metrics')),
  };
}
