import type { Config } from '#config/schema.ts';
import type { Services } from '../services.ts';
import type { Telemetry } from './types.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Traces and metrics over OTLP where that is configured, by the configuration or by OpenTelemetry's
 * own variables (https://opentelemetry.io/docs/specs/otel/protocol/exporter); undefined elsewhere,
 * and then nothing of it is loaded.
 */
export async function openTelemetry(
  services: Services,
  { otlp }: Config['serve'],
  env: Environment,
): Promise<Telemetry | undefined> {
  const isAsked = otlp.endpoint !== undefined || ENDPOINTS.some((name) => env[name]);
  if (!isAsked || env['OTEL_SDK_DISABLED'] === 'true') return undefined;
  const { startOtlp } = await import('./otlp.ts');
  const protocol = otlp.protocol ?? protocolOf(env['OTEL_EXPORTER_OTLP_PROTOCOL']);
  const everyMs = Number(env['OTEL_METRIC_EXPORT_INTERVAL'] ?? otlp.metricsEveryMs);
  return startOtlp(services, { ...otlp, protocol, metricsEveryMs: everyMs });
}

const ENDPOINTS = [
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
  'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT',
];

function protocolOf(text: string | undefined): 'http/json' | 'http/protobuf' {
  return text === 'http/json' ? text : 'http/protobuf';
}
