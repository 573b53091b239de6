import { once } from 'node:events';
import { createServer } from 'node:http';
import { Counter, Gauge, Registry } from 'prom-client';
import type { ResizeState } from '#model/decision.ts';
import type { Operator } from '#operator/operator.ts';

const STATES: readonly ResizeState[] = ['applied', 'refused', 'failed'];

export type OperatorHealth = {
  readonly resized: (state: ResizeState) => void;
  readonly admitted: (isSized: boolean) => void;
  readonly close: () => Promise<void>;
};

/**
 * What a kubelet and Prometheus ask an operator: `/healthz` while it answers at all, `/readyz` once
 * it has heard from the API server, `/metrics`.
 */
export async function openOperatorHealth(
  port: number,
  look: () => { readonly isReady: boolean; readonly operator: Operator | undefined },
): Promise<OperatorHealth> {
  const registry = new Registry();
  const gauge = (name: string, help: string, value: (operator: Operator) => number) =>
    new Gauge({
      name: `limber_operator_${name}`,
      help,
      registers: [registry],
      collect() {
        const { operator } = look();
        this.set(operator === undefined ? 0 : value(operator));
      },
    });
  gauge('leading', '1 while this one acts.', () => 1);
  gauge('containers', 'Containers under the loop.', ({ size }) => size);
  gauge('queue', 'Policies that wait to be looked at.', ({ waiting }) => waiting);
  const resizes = new Counter({
    name: 'limber_operator_resizes_total',
    help: 'Resizes by what became of them.',
    labelNames: ['state'],
    registers: [registry],
  });
  for (const state of STATES) resizes.inc({ state }, 0);
  const admissions = new Counter({
    name: 'limber_operator_admissions_total',
    help: 'New pods that the webhook was asked about, by whether it gave them sizes.',
    labelNames: ['sized'],
    registers: [registry],
  });
  for (const isSized of [true, false]) admissions.inc({ sized: String(isSized) }, 0);
  const server = createServer((request, response) => {
    const answer = (code: number, text: string): void =>
      void response.writeHead(code, { 'content-type': 'text/plain' }).end(text);
    if (request.url === '/healthz') return answer(200, 'ok\n');
    if (request.url === '/readyz')
      return look().isReady
        ? answer(200, 'ok\n')
        : answer(503, 'the API server has not answered\n');
    if (request.url !== '/metrics') return answer(404, 'of /healthz, /readyz and /metrics\n');
    registry.metrics().then(
      (text) => answer(200, text),
      (error: unknown) => answer(500, String(error)),
    );
  });
  await once(server.listen(port), 'listening');
  return {
    resized: (state) => resizes.inc({ state }),
    admitted: (isSized) => admissions.inc({ sized: String(isSized) }),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
