import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import {
  defaultValues,
  definitions,
  plainManifests,
  renderChart,
  renderTemplate,
} from '../../scripts/chart.ts';
import { mismatches } from '../kubernetes/published-types.ts';

const DEPLOY = fileURLToPath(new URL('../../deploy/', import.meta.url));

type Installed = { readonly kind: string; readonly metadata: { readonly name: string } };

/** Not of Kubernetes itself. */
const FOREIGN = ['ServiceMonitor'];
const EVERYTHING = {
  ...defaultValues(),
  watchNamespace: 'shop',
  imagePullSecrets: [{ name: 'registry' }],
  nodeSelector: { pool: 'system' },
  tolerations: [{ key: 'system', operator: 'Exists' }],
  priorityClassName: 'system-cluster-critical',
  metrics: { serviceMonitor: true, dashboard: true },
};
const WITH_SERVER = {
  ...defaultValues(),
  server: { enabled: true, storage: '10Gi', resources: { limits: { memory: '1Gi' } } },
};

function isValid(values: unknown): boolean {
  const schema = readFileSync(`${DEPLOY}helm/limber/values.schema.json`, 'utf8');
  return new Ajv({ strict: false }).compile(JSON.parse(schema) as object)(values);
}

test('the plain manifests are what the chart says', () => {
  const stored = readFileSync(`${DEPLOY}manifests/limber.yaml`, 'utf8');
  expect(stored, 'write them anew with: npm run manifests').toBe(plainManifests());
});

test.each([
  ['as it comes', defaultValues()],
  ['with everything', EVERYTHING],
  ['with a server', WITH_SERVER],
  [
    'with agents',
    { ...defaultValues(), agent: { enabled: true, rates: true, cgroupRoot: '/k8s' } },
  ],
])('every object of the chart is as Kubernetes publishes it, %s', (_, values) => {
  expect(isValid(values)).toBe(true);
  const objects = [...definitions(), ...renderChart(values)] as readonly Installed[];
  const problems = objects
    .filter(({ kind }) => !FOREIGN.includes(kind))
    .flatMap((object) => mismatches(object, `V1${object.kind}`, object.kind));
  expect(problems).toEqual([]);
  const names = objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
  expect(new Set(names).size).toBe(names.length);
});

test('in one namespace it has no right beyond that', () => {
  const kinds = (renderChart(EVERYTHING) as readonly Installed[]).map(({ kind }) => kind);
  expect(kinds).not.toContain('ClusterRole');
  expect(kinds).toEqual(
    expect.arrayContaining(['Role', 'RoleBinding', 'ServiceMonitor', 'ConfigMap']),
  );
});

test('values that mean nothing are refused', () => {
  expect(isValid({ ...defaultValues(), replica: 3 })).toBe(false);
  expect(isValid({ ...defaultValues(), leaseDuration: 'soon' })).toBe(false);
  expect(isValid({ ...defaultValues(), replicas: 0 })).toBe(false);
});

test('a template that says more than this renderer knows is no template of ours', () => {
  expect(() => renderTemplate('a: {{ .Values.x | upper }}', { Values: { x: 'y' } })).toThrow(
    /more/,
  );
  expect(renderTemplate('{{- if not .A }}\nb: 1\n{{- else }}\nc: 2\n{{- end }}\n', { A: '' })).toBe(
    '\nb: 1\n',
  );
});
