import { X509Certificate } from 'node:crypto';
import { makeCertificate } from '#serve/tls/make-certificate.ts';
import type { Client } from '#runtimes/kubernetes/api/client.ts';
import { hasStatus, ifThere } from '#runtimes/kubernetes/api/failure.ts';
import type { Meta } from '#runtimes/kubernetes/api/types.ts';

/** What all replicas serve with, and what the API server has to trust for that; all in PEM. */
export type ServingCertificate = {
  readonly cert: string;
  readonly key: string;
  /** The one before as well, which other replicas may still serve with. */
  readonly trusted: string;
};

/** A Secret, a Service and a webhook configuration of one name. */
export type WebhookPlace = {
  readonly client: Client;
  readonly namespace: string;
  readonly name: string;
  readonly lifetimeMs: number;
};

type Secret = { readonly metadata: Meta; readonly data?: Readonly<Record<string, string>> };
type Configuration = {
  readonly webhooks?: readonly {
    readonly name: string;
    readonly clientConfig?: { readonly caBundle?: string };
  }[];
};

const PREVIOUS = 'previous.crt';
/** Renewed when that part of its time is left. */
const LEFT = 1 / 3;

/**
 * The certificate of the Secret that the replicas share, made anew before it expires, and the API server
 * told to trust it: first told, then served. Of replicas that renew at once one does.
 */
export async function keepCertificate(
  place: WebhookPlace,
  nowMs: number,
): Promise<ServingCertificate> {
  const secret = await ifThere(
    place.client.request<Secret>({ verb: 'GET', path: `${secrets(place)}/${place.name}` }),
  );
  const stored = secret && readSecret(secret);
  if (secret && stored && !isDue(stored.cert, nowMs, place.lifetimeMs)) {
    await trust(place, stored.trusted);
    return stored;
  }
  const { namespace, name, lifetimeMs } = place;
  const host = `${name}.${namespace}.svc`;
  const made = await makeCertificate([host, `${host}.cluster.local`], nowMs, lifetimeMs);
  const next = { ...made, trusted: made.cert + (stored?.cert ?? '') };
  await trust(place, next.trusted);
  try {
    await store(place, next, { secret, previous: stored?.cert });
    return next;
  } catch (error) {
    // Another replica was first: its own is taken, and trusted, instead.
    if (hasStatus(error, 409)) return keepCertificate(place, nowMs);
    throw error;
  }
}

/** Whether a certificate is to be replaced; one that cannot be read is. */
export function isDue(cert: string, nowMs: number, lifetimeMs: number): boolean {
  try {
    return new X509Certificate(cert).validToDate.getTime() - nowMs < lifetimeMs * LEFT;
  } catch {
    return true;
  }
}

function readSecret({ data = {} }: Secret): ServingCertificate | undefined {
  const text = (name: string) => Buffer.from(data[name] ?? '', 'base64').toString();
  const [cert, key] = [text('tls.crt'), text('tls.key')];
  return cert && key ? { cert, key, trusted: cert + text(PREVIOUS) } : undefined;
}

async function store(
  { client, ...place }: WebhookPlace,
  { cert, key }: ServingCertificate,
  before: { readonly secret: Secret | undefined; readonly previous: string | undefined },
): Promise<void> {
  const { namespace, name } = place;
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const data = {
    'tls.crt': base64(cert),
    'tls.key': base64(key),
    [PREVIOUS]: base64(before.previous ?? ''),
  };
  const path = secrets(place);
  if (!before.secret) {
    const metadata = { name, namespace };
    const body = { apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/tls', metadata, data };
    await client.request({ verb: 'POST', path, body });
    return;
  }
  const { resourceVersion } = before.secret.metadata;
  const body = { metadata: { resourceVersion }, data };
  await client.request({ verb: 'PATCH', path: `${path}/${name}`, body });
}

function secrets({ namespace }: Pick<WebhookPlace, 'namespace'>): string {
  return `/api/v1/namespaces/${namespace}/secrets`;
}

/** Written only where it differs. */
async function trust({ client, name }: WebhookPlace, trusted: string): Promise<void> {
  const path = `/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/${name}`;
  const { webhooks = [] } = await client.request<Configuration>({ verb: 'GET', path });
  const caBundle = Buffer.from(trusted).toString('base64');
  const stale = webhooks.filter(({ clientConfig }) => clientConfig?.caBundle !== caBundle);
  if (stale.length === 0) return;
  const body = { webhooks: stale.map((one) => ({ name: one.name, clientConfig: { caBundle } })) };
  await client.request({ verb: 'PATCH', path, body, patch: 'strategic-merge' });
}
