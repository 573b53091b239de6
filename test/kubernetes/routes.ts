import type { Resources } from '#runtimes/kubernetes/api/types.ts';
import { admitResize, admitRestricted } from './admission.ts';
import { collectionOf, isOnNode, matches, type Place } from './collections.ts';
import { customMismatches, isCustom } from './custom-types.ts';
import { hasEnded, type Pod } from './pod-types.ts';
import { mismatches } from './published-types.ts';
import { Refusal } from './refusal.ts';
import type { DoubleParts, RequestFacts } from './request-facts.ts';
import type { Stored } from './store.ts';

/** What an API server answers. Throws a Refusal. */
export function answer(facts: RequestFacts, double: DoubleParts): unknown {
  const { verb, url, body } = facts;
  const { minor = '36', forbidden = [] } = double.options;
  if (url.pathname === '/version') return { major: '1', minor, gitVersion: `v1.${minor}.2` };
  if (url.pathname === '/apis/node.k8s.io/v1/runtimeclasses/gvisor')
    return { kind: 'RuntimeClass', metadata: { name: 'gvisor' }, handler: 'runsc' };
  if (url.pathname.endsWith('/selfsubjectaccessreviews')) return review(body, forbidden);
  const place = collectionOf(url.pathname);
  if (!place) throw new Refusal(404, 'NotFound', `the server could not find ${url.pathname}`);
  if (verb === 'GET') return read(place, url, double);
  if (verb === 'POST') return create(place, body, double);
  if (verb === 'DELETE') return remove(place, body, double);
  if (verb === 'PATCH') return patch(place, facts, double);
  throw new Refusal(405, 'MethodNotAllowed', `${verb} is not known`);
}

function review(body: unknown, forbidden: readonly string[]) {
  check(body, 'V1SelfSubjectAccessReview');
  const { spec } = body as { readonly spec: { readonly resourceAttributes: Attributes } };
  const { verb, resource, subresource } = spec.resourceAttributes;
  const what = `${verb} ${resource}${subresource ? `/${subresource}` : ''}`;
  return { ...(body as object), status: { allowed: !forbidden.includes(what) } };
}

type Attributes = {
  readonly verb: string;
  readonly resource: string;
  readonly subresource?: string;
};

function read(place: Place, url: URL, { store }: DoubleParts): unknown {
  if (place.name !== undefined)
    return existing(place, store.get(place.kind, place.namespace, place.name));
  const items = store.list(place.kind, place.namespace || undefined);
  return {
    kind: `${place.kind}List`,
    metadata: { resourceVersion: String(store.version) },
    items: items.filter(
      (item) =>
        matches(item, url.searchParams.get('labelSelector')) &&
        isOnNode(item, url.searchParams.get('fieldSelector')),
    ),
  };
}

function existing({ kind, name }: Place, object: Stored | undefined): Stored {
  if (object) return object;
  throw new Refusal(404, 'NotFound', `${kind.toLowerCase()}s "${name}" not found`);
}

/** A new object, as far as admission lets it pass. */
export function create(place: Place, body: unknown, { store }: DoubleParts): Stored {
  if (place.subresource === 'eviction') return evict(place, body, store);
  check(body, place.type);
  const object = body as Stored;
  const { name } = object.metadata;
  if (place.namespace !== '')
    existing(
      { ...place, kind: 'Namespace', name: place.namespace, subresource: undefined },
      store.get('Namespace', '', place.namespace),
    );
  if (store.get(place.kind, place.namespace, name))
    throw new Refusal(
      409,
      'AlreadyExists',
      `${place.kind.toLowerCase()}s "${name}" already exists`,
    );
  if (place.kind === 'Pod' && isRestricted(store.get('Namespace', '', place.namespace)))
    admitRestricted(object as Pod);
  return store.create(object);
}

function isRestricted(namespace: Stored | undefined): boolean {
  return namespace?.metadata.labels?.['pod-security.kubernetes.io/enforce'] === 'restricted';
}

function evict(place: Place, body: unknown, store: DoubleParts['store']): Stored {
  check(body, 'V1Eviction');
  const pod = existing(place, store.get('Pod', place.namespace, place.name ?? ''));
  store.remove(pod);
  return pod;
}

/** With a grace period of 0, as it is asked for, the object is gone at once. */
function remove(place: Place, body: unknown, { store }: DoubleParts): unknown {
  check(body, 'V1DeleteOptions');
  const object = existing(place, store.get(place.kind, place.namespace, place.name ?? ''));
  store.remove(object);
  return { kind: 'Status', status: 'Success' };
}

function patch(place: Place, { body, contentType }: RequestFacts, double: DoubleParts): Stored {
  const object = existing(place, double.store.get(place.kind, place.namespace, place.name ?? ''));
  // A merge patch of a custom object need not be a whole one.
  if (!isCustom(place.type)) check(body, place.type);
  if (place.subresource === 'resize') return resize(object as Pod, body, contentType, double);
  if (place.kind === 'Pod' && (body as { spec?: object }).spec)
    throw new Refusal(422, 'Invalid', 'pod updates may not change fields other than image');
  const expected = (body as Partial<Stored>).metadata?.resourceVersion;
  if (expected !== undefined && expected !== object.metadata.resourceVersion)
    throw new Refusal(409, 'Conflict', 'the object has been modified; please apply your changes');
  const merged = mergeInto(object, place, body) as Stored & { readonly spec?: unknown };
  // The subresource changes the status, and nothing else does.
  const isStatus = place.subresource === 'status';
  const kept = isStatus ? { ...merged, spec: (object as typeof merged).spec } : merged;
  if (isCustom(place.type)) check(kept, place.type);
  const hasNewSpec = JSON.stringify(kept.spec) !== JSON.stringify((object as typeof kept).spec);
  const generation = (object.metadata.generation ?? 1) + (hasNewSpec ? 1 : 0);
  return double.store.update({ ...kept, metadata: { ...kept.metadata, generation } });
}

/**
 * The webhooks of a configuration are told apart by their names, and conditions of a pod by their
 * types; else RFC 7386.
 */
function mergeInto(object: Stored, { kind, subresource }: Place, body: unknown): unknown {
  if (kind === 'Pod' && subresource === 'status') return withConditions(object as Pod, body as Pod);
  if (kind !== 'MutatingWebhookConfiguration') return merge(object, body);
  const { webhooks } = object as Stored & { readonly webhooks: readonly { name: string }[] };
  const { webhooks: patches } = body as { readonly webhooks: readonly { name: string }[] };
  return {
    ...object,
    webhooks: webhooks.map((one) =>
      merge(one, patches.find(({ name }) => name === one.name) ?? {}),
    ),
  };
}

function withConditions(pod: Pod, { status }: Pod): Pod {
  const patches = status?.conditions ?? [];
  const kept = (pod.status?.conditions ?? []).filter(
    ({ type }) => !patches.some((patch) => patch.type === type),
  );
  return { ...pod, status: { ...pod.status, conditions: [...kept, ...patches] } };
}

/** Source: RFC 7386. */
function merge(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const merged: Record<string, unknown> = { ...(target as object | undefined) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = merge(merged[key], value);
  }
  return merged;
}

function resize(
  pod: Pod,
  body: unknown,
  contentType: string | undefined,
  double: DoubleParts,
): Stored {
  if (contentType !== 'application/strategic-merge-patch+json')
    throw new Refusal(
      415,
      'UnsupportedMediaType',
      `${contentType} replaces the list of containers`,
    );
  if (double.faults.conflicts > 0) {
    double.faults.conflicts--;
    throw new Refusal(409, 'Conflict', 'the object has been modified; please apply your changes');
  }
  if (hasEnded(pod)) throw new Refusal(422, 'Invalid', 'Pod running on node is terminal');
  const { spec } = body as {
    readonly spec: {
      readonly containers: { readonly name: string; readonly resources?: Resources }[];
    };
  };
  const resized = admitResize(pod, spec.containers, double.kubelet.options.allocatable);
  const generation = (pod.metadata.generation ?? 1) + 1;
  const stored = double.store.update({ ...resized, metadata: { ...resized.metadata, generation } });
  double.kubelet.resized(stored);
  return stored;
}

function check(body: unknown, type: string): void {
  const problems = isCustom(type) ? customMismatches(type, body) : mismatches(body, type);
  if (problems.length === 0) return;
  throw new Refusal(400, 'BadRequest', `not as published: ${problems.slice(0, 5).join('; ')}`);
}
