import { existsSync, readFileSync } from 'node:fs';
import type { Connection } from './connection.ts';

/** Where the kubelet puts a service account's token. Source: "Accessing the API from a Pod". */
const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The connection of the pod that this process runs in; undefined outside of a cluster. */
export function inClusterConnection(
  env: Readonly<Record<string, string | undefined>>,
): Connection | undefined {
  const host = env['KUBERNETES_SERVICE_HOST'];
  if (!host || !existsSync(`${ACCOUNT}/token`)) return undefined;
  const name = host.includes(':') ? `[${host}]` : host;
  return {
    server: `https://${name}:${env['KUBERNETES_SERVICE_PORT'] ?? '443'}`,
    tls: { ca: readFileSync(`${ACCOUNT}/ca.crt`) },
    // The kubelet replaces it before it expires.
    headers: async () => ({
      authorization: `Bearer ${readFileSync(`${ACCOUNT}/token`, 'utf8').trim()}`,
    }),
  };
}
