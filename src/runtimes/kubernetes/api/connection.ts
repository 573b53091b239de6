/** How an API server is reached, and as whom. */
export type Connection = {
  /** Without a slash at its end. */
  readonly server: string;
  readonly tls: {
    readonly ca?: Buffer;
    readonly cert?: Buffer;
    readonly key?: Buffer;
    readonly servername?: string;
    readonly rejectUnauthorized?: boolean;
  };
  /** Authorization; asked for anew with every request, because tokens expire. */
  readonly headers: () => Promise<Readonly<Record<string, string>>>;
};
