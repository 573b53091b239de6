import { expect, test } from 'vitest';
import type { Pod } from '../api/types.ts';
import { observe } from './observe.ts';

test('a value taken back is in force only when the kubelet has seen that it was', () => {
  expect(stateOf({ asked: 3, seen: 2 })).toBe('converging');
  expect(stateOf({ asked: 3, seen: 3 })).toBe('settled');
});

test('a server that does not say what the kubelet has seen is taken at its word', () => {
  expect(stateOf({ asked: 3 })).toBe('settled');
});

function stateOf({ asked, seen }: { readonly asked: number; readonly seen?: number }) {
  return observe(pod(asked, seen), 'main', asked)?.state.kind;
}

function pod(generation: number, observedGeneration?: number): Pod {
  const amounts = { cpu: '500m', memory: '64Mi' };
  const resources = { requests: amounts, limits: amounts };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'one', generation },
    spec: { containers: [{ name: 'main', image: 'any', resources }] },
    status: {
      ...(observedGeneration !== undefined && { observedGeneration }),
      containerStatuses: [{ name: 'main', resources }],
    },
  };
}
