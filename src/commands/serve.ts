import type { Server as TlsServer } from 'node:tls';
import type { FastifyInstance } from 'fastify';
import { buildApi } from '#api/app.ts';
import { ExecutionObjects } from '#api/objects/execution-objects.ts';
import type { ServeOptions } from '#cli/handlers.ts';
import { LimberError } from '#model/errors.ts';
import { isLoopback } from '#model/loopback.ts';
import { openServices, type Warn } from '#serve/open-services.ts';
import { createClient } from '#runtimes/kubernetes/api/client.ts';
import { openConnection } from '#runtimes/kubernetes/api/kubeconfig.ts';
import type { Services } from '#serve/services.ts';
import { openTelemetry } from '#serve/telemetry/telemetry.ts';
import { openTls, type Tls } from '#serve/tls/open-tls.ts';
import { addressUnavailable } from './address-unavailable.ts';
import type { Environment } from './engine.ts';

/** Enough for the exit code to be set and the last words to be out. */
const LEAVE_MS = 100;
const ENDS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** `limber serve`: runs until it is asked to end. What runs then goes on, or is waited for. */
export async function serve(options: ServeOptions, env: Environment): Promise<number> {
  const asked = whenAsked();
  let warn: Warn = (problem, id) =>
    void process.stderr.write(`limber: ${id === undefined ? '' : `execution ${id}: `}${problem}\n`);
  const services = await openServices(env, (problem, id) => warn(problem, id), options.runtime);
  try {
    const { serve: defaults } = services.engine.config;
    const [host, port] = [options.host ?? defaults.host, options.port ?? defaults.port];
    const isLocal = isLoopback(host);
    if (!options.needsKeys && !isLocal) throw new LimberError('address-open', { host });
    const tls = await openTls(options.tls ?? defaults.tls, {
      home: services.engine.paths.home,
      host,
    });
    if (!tls && !isLocal && !options.plainHttp && !defaults.allowPlainHttp)
      throw new LimberError('address-plain', { host });
    const telemetry = await openTelemetry(services, defaults, env);
    const api = await buildApi({
      services,
      needsKeys: options.needsKeys,
      logger: { level: options.logLevel, stream: process.stderr },
      tls,
      isPublic: !isLocal,
      telemetry,
    });
    warn = (problem, id) => api.log.warn(id === undefined ? {} : { execution: id }, problem);
    if (tls) useTls(api, tls, asked);
    await listen(api, host, port);
    const objects = options.objects && (await openObjects(services, options.objects, env, warn));
    await asked.once;
    objects?.close();
    if (options.drain) await Promise.race([services.executions.drain(), asked.again]);
    else services.executions.stop();
    await api.close();
    await telemetry?.close();
    return 0;
  } finally {
    await services.close();
    asked.stop();
    // What runs is watched by timers and by pipes, which are no reason to stay.
    setTimeout(() => process.exit(), LEAVE_MS).unref();
  }
}

/** What a cluster's Execution objects ask for, beside what comes by HTTP. */
async function openObjects(
  services: Services,
  { namespace }: NonNullable<ServeOptions['objects']>,
  env: Environment,
  log: Warn,
): Promise<{ readonly close: () => void }> {
  const client = createClient(openConnection(services.engine.config.kubernetes, env));
  const objects = new ExecutionObjects({ client, services, namespace, log });
  await objects.start();
  return {
    close() {
      objects.close();
      client.close();
    },
  };
}

/** SIGHUP reads the files again; while they are wrong it goes on with what it has. */
function useTls(api: FastifyInstance, tls: Tls, asked: ReturnType<typeof whenAsked>): void {
  api.log.info({ certificate: tls.path, isGenerated: tls.isGenerated }, 'serving TLS');
  const server = api.server as unknown as TlsServer;
  asked.onHangup(() => {
    try {
      server.setSecureContext({ ...tls.read(), minVersion: 'TLSv1.2' });
      api.log.warn({ certificate: tls.path }, 'read the certificate again');
    } catch (error) {
      api.log.error({ err: error }, 'the certificate stays as it was');
    }
  });
}

/** The address on stdout, alone on its line, once requests are answered. */
async function listen(api: FastifyInstance, host: string, port: number): Promise<void> {
  try {
    process.stdout.write(`${await api.listen({ host, port })}\n`);
  } catch (error) {
    throw addressUnavailable(host, port, error);
  }
}

/** The first signal asks it to end, the second not to wait for anything. */
function whenAsked() {
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let asked = false;
  const handler = (): void => {
    (asked ? second : first).resolve();
    asked = true;
  };
  for (const signal of ENDS) process.on(signal, handler);
  return {
    onHangup(reload: () => void) {
      process.off('SIGHUP', handler);
      process.on('SIGHUP', reload);
    },
    once: first.promise,
    again: second.promise,
    stop: () => ENDS.forEach((signal) => process.off(signal, handler)),
  };
}
