import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { OPERATIONS } from './operations.ts';

type Document = {
  readonly paths: Record<string, Record<string, { readonly operationId: string }>>;
};

/** The document itself is held against the server in src/api/app.test.ts. */
const document = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../schemas/limber.openapi.v1.json'), 'utf8'),
) as Document;

/** Of the document about the API, which the client is the other side of. */
const NOT_FOR_CLIENTS = ['getDocument'];

test('the client knows every operation of the document, and no other', () => {
  const documented = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId }]) => [
      operationId,
      `${method.toUpperCase()} ${path}`,
    ]),
  );
  const forClients = documented.filter(([name]) => !NOT_FOR_CLIENTS.includes(name!));
  expect(OPERATIONS).toEqual(Object.fromEntries(forClients));
});
