import { once } from 'node:events';
import { request as httpsRequest } from 'node:https';
import type { IncomingMessage } from 'node:http';
import type { DoubleParts } from './request-facts.ts';
import type { Stored } from './store.ts';

type Webhook = {
  readonly name: string;
  readonly failurePolicy?: 'Fail' | 'Ignore';
  readonly timeoutSeconds?: number;
  readonly clientConfig: {
    readonly caBundle?: string;
    readonly service: { readonly name: string; readonly namespace: string; readonly path?: string };
  };
  readonly namespaceSelector?: {
    readonly matchExpressions?: readonly {
      readonly key: string;
      readonly operator: string;
      readonly values: readonly string[];
    }[];
  };
};
type Configuration = Stored & { readonly webhooks: readonly Webhook[] };
type Answer = {
  readonly response: { readonly uid: string; readonly allowed: boolean; readonly patch?: string };
};

/**
 * A pod as the mutating webhooks leave it; those that do not answer are passed over, as their policy
 * `Ignore` says. Source: "Dynamic Admission Control", Kubernetes documentation.
 */
export async function mutated(pod: Stored, double: DoubleParts): Promise<Stored> {
  let mutant = pod;
  const configurations = double.store.list('MutatingWebhookConfiguration');
  for (const webhook of configurations.flatMap((one) => (one as Configuration).webhooks)) {
    if (!isFor(webhook, pod.metadata.namespace ?? '')) continue;
    try {
      mutant = await ask(webhook, mutant, double);
    } catch (error) {
      if (webhook.failurePolicy !== 'Ignore') throw error;
      double.unanswered.push(`${webhook.name}: ${String(error)}`);
    }
  }
  return mutant;
}

/** Every namespace has its name as a label. */
function isFor({ namespaceSelector }: Webhook, namespace: string): boolean {
  return (namespaceSelector?.matchExpressions ?? []).every(({ key, operator, values }) => {
    if (key !== 'kubernetes.io/metadata.name' || operator !== 'NotIn')
      throw new Error(`this double knows no selector ${key} ${operator}`);
    return !values.includes(namespace);
  });
}

async function ask(webhook: Webhook, pod: Stored, double: DoubleParts): Promise<Stored> {
  const { service, caBundle = '' } = webhook.clientConfig;
  const port = double.services.get(`${service.namespace}/${service.name}`);
  if (port === undefined) throw new Error('no endpoints available for service');
  const uid = crypto.randomUUID();
  const request = httpsRequest({
    host: '127.0.0.1',
    port,
    path: `${service.path ?? '/'}?timeout=${webhook.timeoutSeconds ?? 10}s`,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    ca: Buffer.from(caBundle, 'base64').toString(),
    servername: `${service.name}.${service.namespace}.svc`,
    timeout: (webhook.timeoutSeconds ?? 10) * 1000,
  });
  request.on('timeout', () => request.destroy(new Error('context deadline exceeded')));
  request.end(JSON.stringify(reviewOf(uid, pod)));
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  if (response.statusCode !== 200) throw new Error(`${response.statusCode}: ${text}`);
  const answer = (JSON.parse(text) as Answer).response;
  if (answer.uid !== uid || !answer.allowed) throw new Error(`not what was asked: ${text}`);
  if (answer.patch === undefined) return pod;
  const patch = JSON.parse(Buffer.from(answer.patch, 'base64').toString()) as readonly Addition[];
  return patch.reduce<Stored>(add, pod);
}

function reviewOf(uid: string, object: Stored): object {
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid,
      kind: { group: '', version: 'v1', kind: 'Pod' },
      resource: { group: '', version: 'v1', resource: 'pods' },
      namespace: object.metadata.namespace,
      operation: 'CREATE',
      userInfo: { username: 'system:serviceaccount:kube-system:replicaset-controller' },
      object,
      oldObject: null,
      dryRun: false,
    },
  };
}

type Addition = { readonly op: string; readonly path: string; readonly value: unknown };

/** Source: RFC 6902, and RFC 6901 for its paths. The folder of what is added has to exist. */
function add<Target>(target: Target, { op, path, value }: Addition): Target {
  if (op !== 'add') throw new Error(`this double knows no operation ${op}`);
  const changed = structuredClone(target);
  const keys = path.split('/').slice(1);
  const last = keys.pop()!;
  let at = changed as Record<string, unknown>;
  for (const key of keys) {
    if (typeof at[key] !== 'object' || at[key] === null) throw new Error(`no ${path} to add to`);
    at = at[key] as Record<string, unknown>;
  }
  at[last] = value;
  return changed;
}
