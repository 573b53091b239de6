import { LimberError } from '#model/errors.ts';
import type { Client } from './client.ts';

/** In-place resize is on by default from there. Source: KEP-1287. */
const OLDEST_MINOR = 33;

export type Version = {
  readonly major: string;
  readonly minor: string;
  readonly gitVersion: string;
};

export function readVersion(client: Client): Promise<Version> {
  return client.request<Version>({ verb: 'GET', path: '/version' });
}

/** Providers write minors as `33+`. */
export function canResize({ major, minor }: Version): boolean {
  return Number.parseInt(major, 10) > 1 || Number.parseInt(minor, 10) >= OLDEST_MINOR;
}

/** Throws `kubernetes-too-old`. */
export async function requireVersion(client: Client): Promise<void> {
  const version = await readVersion(client);
  if (canResize(version)) return;
  const { server } = client.connection;
  throw new LimberError('kubernetes-too-old', { version: version.gitVersion, server });
}
