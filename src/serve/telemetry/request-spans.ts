import { SpanKind, SpanStatusCode, type Meter, type Tracer } from '@opentelemetry/api';
import {
  ATTR_ERROR_TYPE,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_HTTP_ROUTE,
  ATTR_URL_PATH,
  ATTR_URL_SCHEME,
  METRIC_HTTP_SERVER_REQUEST_DURATION,
} from '@opentelemetry/semantic-conventions';
import type { RequestSpan, RequestTold } from './types.ts';
import { contextOf, traceparentOf } from './trace-context.ts';

/** As https://opentelemetry.io/docs/specs/semconv/http/http-metrics has them, in seconds. */
const BOUNDARIES = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** A span and a duration for each request, named by its route, which has few values. */
export function traceRequests(tracer: Tracer, meter: Meter): (told: RequestTold) => RequestSpan {
  const duration = meter.createHistogram(METRIC_HTTP_SERVER_REQUEST_DURATION, {
    unit: 's',
    description: 'Duration of HTTP server requests.',
    advice: { explicitBucketBoundaries: BOUNDARIES },
  });
  return ({ method, route, path, scheme, traceparent }) => {
    const shared = {
      [ATTR_HTTP_REQUEST_METHOD]: method,
      [ATTR_HTTP_ROUTE]: route,
      [ATTR_URL_SCHEME]: scheme,
    };
    const options = { kind: SpanKind.SERVER, attributes: { ...shared, [ATTR_URL_PATH]: path } };
    const span = tracer.startSpan(`${method} ${route}`, options, contextOf(traceparent));
    return {
      traceparent: traceparentOf(span),
      end({ status, elapsedMs }) {
        const isDefect = status >= 500;
        const answered = {
          [ATTR_HTTP_RESPONSE_STATUS_CODE]: status,
          ...(isDefect && { [ATTR_ERROR_TYPE]: String(status) }),
        };
        span.setAttributes(answered);
        if (isDefect) span.setStatus({ code: SpanStatusCode.ERROR });
        span.end();
        duration.record(elapsedMs / 1000, { ...shared, ...answered });
      },
    };
  };
}
