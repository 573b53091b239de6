/** An answer that is no object: the API server's own `Status`. */
export class Refusal extends Error {
  readonly code: number;
  readonly reason: string;
  readonly causes: readonly { readonly reason: string; readonly message: string }[];

  constructor(code: number, reason: string, message: string, causes: Refusal['causes'] = []) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.causes = causes;
  }

  toStatus() {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      status: 'Failure',
      code: this.code,
      reason: this.reason,
      message: this.message,
      details: { causes: this.causes },
    };
  }
}
