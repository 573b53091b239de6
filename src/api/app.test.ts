import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { format } from 'prettier';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openServices } from '#serve/open-services.ts';
import { buildApi } from './app.ts';

const COMMITTED = join(import.meta.dirname, '../../schemas/limber.openapi.v1.json');

let home: string;
let services: Awaited<ReturnType<typeof openServices>>;
let api: FastifyInstance;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'limber-api-'));
  services = await openServices({ LIMBER_HOME: home, HOME: home }, () => {});
  api = await buildApi({ services, needsKeys: true, logger: false });
});
afterAll(async () => {
  await api.close();
  await services.close();
  rmSync(home, { recursive: true });
});

/** Formatting all of it takes longer than a test may, on a busy machine. */
const FORMATTING = { timeout: 60_000 };

/** `vitest run src/api/app.test.ts --update` writes the file anew. */
test('the published document is the one that the server serves', FORMATTING, async () => {
  const { body } = await api.inject('/openapi.json');
  const text = await format(body, { parser: 'json', printWidth: 100 });
  await expect(text).toMatchFileSnapshot(COMMITTED);
});

test('every operation has a name of its own, and says who may call it and what it is for', async () => {
  const document = (await api.inject('/openapi.json')).json<{
    readonly paths: Record<string, Record<string, { operationId?: string; summary?: string }>>;
  }>();
  const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
  const names = operations.map(({ operationId }) => operationId);
  expect(new Set(names).size).toBe(names.length);
  expect(operations.filter(({ summary }) => !summary)).toEqual([]);
});

test.each([
  ['GET', '/v1/executions', 401, 'key-missing'],
  ['GET', '/nowhere', 401, 'key-missing'],
  ['GET', '/healthz', 200, undefined],
] as const)('%s %s without a key: %i', async (method, url, status, code) => {
  const answer = await api.inject({ method, url });
  expect([answer.statusCode, answer.json<{ code?: string }>().code]).toEqual([status, code]);
});
