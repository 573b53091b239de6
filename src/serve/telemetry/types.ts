/** What an HTTP request is told by; its names are those of the semantic conventions. */
export type RequestTold = {
  readonly method: string;
  readonly route: string;
  readonly path: string;
  readonly scheme: string;
  /** As it came, in the form of W3C Trace Context. */
  readonly traceparent?: string | undefined;
};

export type RequestSpan = {
  /** For what the request leads to. */
  readonly traceparent: string;
  readonly end: (answer: { readonly status: number; readonly elapsedMs: number }) => void;
};

export type Telemetry = {
  readonly request: (told: RequestTold) => RequestSpan;
  /** Sends what was not sent yet, for a few seconds at most. */
  readonly close: () => Promise<void>;
};

export type OtlpSettings = {
  readonly endpoint?: string | undefined;
  readonly protocol: 'http/json' | 'http/protobuf';
  readonly headers: Readonly<Record<string, string>>;
  readonly metricsEveryMs: number;
};
