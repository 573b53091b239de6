import { describe, expect, test } from 'vitest';
import type { Pod, Resources } from '#runtimes/kubernetes/api/types.ts';
import type { ElasticPolicy } from '../elastic-policy.ts';
import { ANNOTATION, initialSizes } from './initial-sizes.ts';

const NOW = Date.parse('2026-11-28T00:00:00Z');

function podWith(resources: Resources | undefined, labels = {}): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: '',
      labels: { app: 'web', 'pod-template-hash': 'abc', ...labels },
      annotations: { theirs: 'kept' },
      ownerReferences: [
        { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-abc', uid: 'u', controller: true },
      ],
    },
    spec: { containers: [{ name: 'app', image: 'i', ...(resources && { resources }) }] },
  } as unknown as Pod;
}

function policy(spec: object = {}, name = 'web'): ElasticPolicy {
  return {
    metadata: { name, namespace: 'shop' },
    spec: {
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      updateMode: 'Initial',
      ...spec,
    },
    status: {
      recommendation: {
        containerRecommendations: [
          { containerName: 'app', target: { cpu: '300m', memory: '400Mi' } },
        ],
      },
    },
  };
}

const MODEST = {
  requests: { cpu: '100m', memory: '64Mi' },
  limits: { cpu: '200m', memory: '128Mi' },
};

function sizesOf(pod: Pod, ...policies: readonly ElasticPolicy[]): Resources | undefined {
  const additions = initialSizes(pod, policies, NOW);
  const found = additions.find(({ path }) => path === '/spec/containers/0/resources');
  return found?.value as Resources | undefined;
}

describe('a new pod begins with', () => {
  test('what others of its workload came to need, in the proportions of its author', () => {
    const additions = initialSizes(podWith(MODEST), [policy()], NOW);
    expect(additions[0]).toEqual({
      op: 'add',
      path: '/metadata/annotations',
      value: { theirs: 'kept', [ANNOTATION]: 'web' },
    });
    expect(sizesOf(podWith(MODEST), policy())).toEqual({
      requests: { cpu: '300m', memory: String(400 * 2 ** 20) },
      limits: { cpu: '600m', memory: String(656 * 2 ** 20) },
    });
  });

  test('no more than is allowed, and no less', () => {
    const bounds = {
      containerName: '*',
      minAllowed: { cpu: '1' },
      maxAllowed: { memory: '100Mi' },
    };
    const limited = policy({ resourcePolicy: { containerPolicies: [bounds] } });
    const { requests } = sizesOf(podWith({ requests: { memory: '64Mi' } }), limited) ?? {};
    expect(requests).toEqual({ cpu: '1000m', memory: String(100 * 2 ** 20) });
  });

  test('the class that it was written with', () => {
    const both = { cpu: '100m', memory: '64Mi' };
    const sizes = sizesOf(podWith({ requests: both, limits: both }), policy());
    expect(sizes?.requests).toEqual(sizes?.limits);
    expect(sizesOf(podWith(undefined), policy())).toEqual({
      requests: { cpu: '300m', memory: String(400 * 2 ** 20) },
    });
  });

  test('its own value of what is not controlled', () => {
    const only = { containerName: '*', controlledResources: ['memory'] };
    const sizes = sizesOf(
      podWith(MODEST),
      policy({ resourcePolicy: { containerPolicies: [only] } }),
    );
    expect(sizes?.requests?.cpu).toBe('100m');
    expect(sizes?.requests?.memory).toBe(String(400 * 2 ** 20));
  });
});

test.each([
  ['a policy that only recommends', podWith(MODEST), policy({ updateMode: 'Off' })],
  ['a policy of another workload', podWith(MODEST, { 'pod-template-hash': 'x' }), policy()],
  ['a policy that nothing is known for', podWith(MODEST), { ...policy(), status: {} }],
  ['a policy that makes no sense', podWith(MODEST), policy({ priority: 'high' })],
  [
    'a container that is left alone',
    podWith(MODEST),
    policy({ resourcePolicy: { containerPolicies: [{ containerName: 'app', mode: 'Off' }] } }),
  ],
  ['an execution', podWith(MODEST, { 'limber.dev/execution': 'x' }), policy()],
] as const)('%s changes nothing', (_, pod, of) => {
  expect(initialSizes(pod, [of], NOW)).toEqual([]);
});

test('of several policies it is always the same one', () => {
  const [one, other] = [policy({}, 'a'), policy({}, 'b')];
  for (const policies of [
    [one, other],
    [other, one],
  ])
    expect(initialSizes(podWith(MODEST), policies, NOW)[0]?.value).toMatchObject({
      [ANNOTATION]: 'a',
    });
});
