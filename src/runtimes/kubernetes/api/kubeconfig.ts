import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { LimberError } from '#model/errors.ts';
import type { Connection } from './connection.ts';
import { inClusterConnection } from './in-cluster.ts';
import { execCredential, type ExecPlugin } from './exec-credential.ts';

type Environment = Readonly<Record<string, string | undefined>>;

type ConnectionChoice = {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
};

const execPlugin = z.object({
  apiVersion: z.string(),
  command: z.string(),
  args: z.array(z.string()).nullish(),
  env: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
});

const cluster = z.object({
  server: z.string(),
  'certificate-authority': z.string().optional(),
  'certificate-authority-data': z.string().optional(),
  'insecure-skip-tls-verify': z.boolean().optional(),
  'tls-server-name': z.string().optional(),
});

const user = z.object({
  token: z.string().optional(),
  tokenFile: z.string().optional(),
  'client-certificate': z.string().optional(),
  'client-certificate-data': z.string().optional(),
  'client-key': z.string().optional(),
  'client-key-data': z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  exec: execPlugin.optional(),
});

const named = <Kind extends string, T extends z.ZodType>(kind: Kind, value: T) =>
  z.array(z.object({ name: z.string(), [kind]: value } as { name: z.ZodString } & Record<Kind, T>));

const kubeconfig = z.object({
  'current-context': z.string().optional(),
  clusters: named('cluster', cluster).nullish(),
  users: named('user', user).nullish(),
  contexts: named(
    'context',
    z.object({ cluster: z.string(), user: z.string().optional() }),
  ).nullish(),
});

type Cluster = z.output<typeof cluster>;
type User = z.output<typeof user>;

/**
 * The connection of a context: of the file that was named, else of $KUBECONFIG, else that of the pod
 * that Limber itself runs in, else of ~/.kube/config. Throws `kubernetes-config`.
 */
export function openConnection(
  { kubeconfig: named, context }: ConnectionChoice,
  env: Environment,
): Connection {
  const inCluster = named || env['KUBECONFIG'] ? undefined : inClusterConnection(env);
  if (inCluster) return inCluster;
  const [first] = (env['KUBECONFIG'] ?? '').split(delimiter).filter(Boolean);
  const path = named ?? first ?? join(env['HOME'] || homedir(), '.kube', 'config');
  const { cluster: where, user: who } = choose(readKubeconfig(path), path, context);
  const folder = dirname(resolve(path));
  return {
    server: where.server.replace(/\/+$/, ''),
    tls: tlsOf(where, who, folder),
    headers: authorization(who, folder),
  };
}

function readKubeconfig(path: string): z.output<typeof kubeconfig> {
  try {
    return kubeconfig.parse(parse(readFileSync(path, 'utf8')));
  } catch (error) {
    throw problem(
      `the kubeconfig ${path} cannot be used (${(error as Error).message})`,
      'Set KUBECONFIG, or kubernetes.kubeconfig in the configuration.',
      error,
    );
  }
}

function choose(
  config: z.output<typeof kubeconfig>,
  path: string,
  wanted = config['current-context'],
): { readonly cluster: Cluster; readonly user: User } {
  const context = config.contexts?.find(({ name }) => name === wanted)?.context;
  const found = config.clusters?.find(({ name }) => name === context?.cluster)?.cluster;
  if (!context || !found) {
    const names = (config.contexts ?? []).map(({ name }) => name).join(', ') || 'none';
    throw problem(
      `the kubeconfig ${path} has no usable context "${wanted ?? ''}"`,
      `It has: ${names}. Choose one with kubernetes.context in the configuration.`,
    );
  }
  return {
    cluster: found,
    user: config.users?.find(({ name }) => name === context.user)?.user ?? {},
  };
}

function tlsOf(where: Cluster, who: User, folder: string): Connection['tls'] {
  const material = (data: string | undefined, file: string | undefined) =>
    data !== undefined
      ? Buffer.from(data, 'base64')
      : file === undefined
        ? undefined
        : readFileSync(resolve(folder, file));
  const ca = material(where['certificate-authority-data'], where['certificate-authority']);
  const cert = material(who['client-certificate-data'], who['client-certificate']);
  const key = material(who['client-key-data'], who['client-key']);
  return {
    ...(ca && { ca }),
    ...(cert && { cert }),
    ...(key && { key }),
    ...(where['tls-server-name'] && { servername: where['tls-server-name'] }),
    ...(where['insecure-skip-tls-verify'] && { rejectUnauthorized: false }),
  };
}

function authorization(who: User, folder: string): Connection['headers'] {
  const bearer = (token: string) => ({ authorization: `Bearer ${token.trim()}` });
  const { token, tokenFile, username, password, exec } = who;
  if (tokenFile !== undefined)
    return async () => bearer(readFileSync(resolve(folder, tokenFile), 'utf8'));
  if (token !== undefined) return async () => bearer(token);
  if (exec !== undefined) {
    const credential = execCredential(exec as ExecPlugin, folder);
    return async () => bearer(await credential());
  }
  if (username === undefined) return async () => ({});
  const basic = Buffer.from(`${username}:${password ?? ''}`).toString('base64');
  return async () => ({ authorization: `Basic ${basic}` });
}

function problem(text: string, hint: string, cause?: unknown): LimberError {
  return new LimberError('kubernetes-config', { problem: text, hint }, { cause });
}
