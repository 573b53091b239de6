import { z } from 'zod';
import { LimberError } from '#model/errors.ts';
import { isBuiltIn } from '#model/constraints.ts';
import { LiveSettings } from '#decide/live-settings.ts';
import type { DocumentKey, StoredDocument } from '#record/service/documents.ts';
import type { Scaling } from '#serve/executions/request.ts';
import { DEFAULTS, NODE, resolveScaling } from '#serve/executions/scaling.ts';
import type { Services } from '#serve/services.ts';
import { isoTime, PROBLEMS } from '../schemas/common.ts';
import {
  namedPolicy,
  policyParams,
  scaling,
  storedDefaults,
  storedPolicy,
} from '../schemas/scaling.ts';
import type { Api } from '../server.ts';

const TAGS = ['policies'];
const versionHeader = z.looseObject({
  'if-match': z
    .string()
    .regex(/^"?\d+"?$/)
    .optional()
    .describe('Change it only while it is at this version; 0: make it only if there is none.'),
});
const dryQuery = z.strictObject({
  dryRun: z
    .enum(['true', 'false'])
    .default('false')
    .describe('Say what it would become, or what is wrong with it, and change nothing.'),
});
type Given = { readonly 'if-match'?: string | undefined; readonly isDry: boolean };

/** Named policies of a tenant, and the defaults of a tenant and of the node; each with its version. */
export function addPolicyRoutes(api: Api, services: Services): void {
  addPolicies(api, services);
  addDefaults(api, services, {
    path: '/v1/defaults',
    scope: 'steer',
    tenantOf: ({ tenant }) => tenant,
  });
  addDefaults(api, services, { path: '/v1/node/defaults', scope: 'admin', tenantOf: () => NODE });
}

function addPolicies(api: Api, services: Services): void {
  const { store } = services;
  const keyOf = (tenant: string, name: string): DocumentKey => ({ kind: 'policy', tenant, name });
  api.get(
    '/v1/policies',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'listPolicies',
        tags: TAGS,
        summary: 'Your own policies',
        response: { 200: z.object({ policies: z.array(storedPolicy) }), ...PROBLEMS },
      },
    },
    async ({ caller }) => ({
      policies: store.listDocuments({ kind: 'policy', tenant: caller.tenant }).map(policyView),
    }),
  );
  api.get(
    '/v1/policies/:name',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'getPolicy',
        tags: TAGS,
        summary: 'One of your policies',
        params: policyParams,
        response: { 200: storedPolicy, ...PROBLEMS },
      },
    },
    async ({ params: { name }, caller }) => {
      const found = store.findDocument(keyOf(caller.tenant, name));
      if (!found) throw new LimberError('policy-unknown', { name });
      return policyView(found);
    },
  );
  api.put(
    '/v1/policies/:name',
    {
      config: { scope: 'steer' },
      schema: {
        operationId: 'putPolicy',
        tags: TAGS,
        summary: 'Make or change one of your policies; executions that begin later use it',
        params: policyParams,
        querystring: dryQuery,
        headers: versionHeader,
        body: namedPolicy,
        response: { 200: storedPolicy, ...PROBLEMS },
      },
    },
    async ({ params: { name }, query, headers, body, caller }) => {
      if (isBuiltIn(name))
        throw new LimberError('request-invalid', {
          problem: `${name} is built in; choose another name`,
        });
      mustMakeSense(services, body.settings ?? {});
      const given = { ...headers, isDry: query.dryRun === 'true' };
      return policyView(put(services, keyOf(caller.tenant, name), given, body));
    },
  );
  api.delete(
    '/v1/policies/:name',
    {
      config: { scope: 'steer' },
      schema: {
        operationId: 'deletePolicy',
        tags: TAGS,
        summary: 'Forget one of your policies; what runs keeps it',
        params: policyParams,
        response: { 204: z.null(), ...PROBLEMS },
      },
    },
    async ({ params: { name }, caller }, reply) => {
      if (!store.removeDocument(keyOf(caller.tenant, name)))
        throw new LimberError('policy-unknown', { name });
      return reply.code(204).send(null);
    },
  );
}

function addDefaults(
  api: Api,
  services: Services,
  route: {
    readonly path: string;
    readonly scope: 'steer' | 'admin';
    readonly tenantOf: (caller: { readonly tenant: string }) => string;
  },
): void {
  const { store, engine } = services;
  const whose = route.path === '/v1/defaults' ? 'Tenant' : 'Node';
  const keyOf = (tenant: string): DocumentKey => ({ kind: 'defaults', tenant, name: DEFAULTS });
  api.get(
    route.path,
    {
      config: { scope: 'read' },
      schema: {
        operationId: `get${whose}Defaults`,
        tags: TAGS,
        summary: 'How executions are scaled that ask for nothing else',
        response: { 200: storedDefaults, ...PROBLEMS },
      },
    },
    async ({ caller }) => {
      const found = store.findDocument(keyOf(route.tenantOf(caller)));
      return found ? defaultsView(found) : { version: 0, changedAt: isoTime(0), scaling: {} };
    },
  );
  api.put(
    route.path,
    {
      config: { scope: route.scope },
      schema: {
        operationId: `put${whose}Defaults`,
        tags: TAGS,
        summary: 'Change that for executions that begin later',
        querystring: dryQuery,
        headers: versionHeader,
        body: scaling,
        response: { 200: storedDefaults, ...PROBLEMS },
      },
    },
    async ({ query, headers, body, caller }) => {
      const { tenant } = caller;
      const { settings } = resolveScaling(store, engine.config, tenant, body as Scaling);
      mustMakeSense(services, settings);
      const given = { ...headers, isDry: query.dryRun === 'true' };
      return defaultsView(put(services, keyOf(route.tenantOf(caller)), given, body));
    },
  );
}

/** Throws `settings-invalid` with what was expected. */
function mustMakeSense(
  { engine }: Services,
  settings: Readonly<Record<string, string | number | boolean>>,
): void {
  const texts = Object.entries(settings).map(([key, value]) => [key, String(value)]);
  new LiveSettings(engine.config).change(Object.fromEntries(texts));
}

function put(services: Services, key: DocumentKey, given: Given, body: unknown): StoredDocument {
  const { store } = services;
  const text = given['if-match']?.replaceAll('"', '');
  const expected = text === undefined ? undefined : Number(text);
  const change = { body, atMs: Date.now(), expected };
  const stored = given.isDry ? wouldPut(services, key, change) : store.putDocument(key, change);
  if (stored) return stored;
  throw new LimberError('version-conflict', { expected: expected ?? 0 });
}

function wouldPut(
  { store }: Services,
  key: DocumentKey,
  { body, atMs, expected }: Parameters<Services['store']['putDocument']>[1],
): StoredDocument | undefined {
  const present = store.findDocument(key)?.version ?? 0;
  if (expected !== undefined && expected !== present) return undefined;
  return { name: key.name, version: present + 1, body, changedAtMs: atMs };
}

function policyView({ name, version, changedAtMs, body }: StoredDocument) {
  return {
    name,
    version,
    changedAt: isoTime(changedAtMs),
    ...(body as z.output<typeof namedPolicy>),
  };
}

function defaultsView({ version, changedAtMs, body }: StoredDocument) {
  return { version, changedAt: isoTime(changedAtMs), scaling: body };
}
