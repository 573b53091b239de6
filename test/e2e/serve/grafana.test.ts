import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect } from 'vitest';
import { test } from '../box.ts';
import { Server } from './server.ts';

const DASHBOARD = resolve(import.meta.dirname, '../../../deploy/grafana/limber.json');
/** What Prometheus adds to what it reads. */
const ADDED_LABELS = ['job', 'instance'];

type Dashboard = {
  readonly panels: readonly {
    readonly title: string;
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number };
    readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[];
  }[];
};

test('the dashboard asks for nothing that the server does not expose', async ({ box }) => {
  const server = await new Server(box, ['--no-keys']).start();
  await server.python('print(sum(range(10**6)))');
  const exposed = readMetrics(await (await server.fetch('GET', '/metrics')).text());
  const { panels } = JSON.parse(readFileSync(DASHBOARD, 'utf8')) as Dashboard;
  expect(panels.length).toBeGreaterThan(10);
  for (const { title, targets } of panels)
    for (const { expr, legendFormat } of targets) {
      const names = expr.match(/\b(?:limber|process)_[a-z_]+/g) ?? [];
      expect(names.length, title).toBeGreaterThan(0);
      for (const name of names) expect([...exposed.keys()], title).toContain(name);
      const known = names.flatMap((name) => [
        ...(exposed.get(name)?.keys() ?? []),
        ...ADDED_LABELS,
      ]);
      for (const label of labelsIn(expr, legendFormat)) expect(known, title).toContain(label);
      for (const [, label = '', value = ''] of expr.matchAll(/(\w+)="([^"]+)"/g))
        expect([...(exposed.get(names[0]!)?.get(label) ?? [])], title).toContain(value);
    }
  await server.kill('SIGTERM');
});

/** The labels that are grouped by, selected by and shown. */
function labelsIn(expr: string, legend: string): readonly string[] {
  const grouped = [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = '']) =>
    list.split(',').map((name) => name.trim()),
  );
  const selected = [...expr.matchAll(/[{,](\w+)(?:=~|!~|!=|=)/g)].map(([, name = '']) => name);
  const shown = [...legend.matchAll(/\{\{(\w+)\}\}/g)].map(([, name = '']) => name);
  return [...grouped, ...selected, ...shown];
}

/** Names, each with its labels, each with its values, of the text format of Prometheus. */
function readMetrics(text: string): Map<string, Map<string, Set<string>>> {
  const metrics = new Map<string, Map<string, Set<string>>>();
  for (const line of text.split('\n')) {
    const [, name, list = ''] = /^([a-z_]+)(?:\{(.*)\})? /.exec(line) ?? [];
    if (name === undefined) continue;
    const labels = metrics.get(name) ?? new Map<string, Set<string>>();
    metrics.set(name, labels);
    for (const [, label = '', value = ''] of list.matchAll(/(\w+)="([^"]*)"/g))
      labels.set(label, (labels.get(label) ?? new Set()).add(value));
  }
  return metrics;
}
