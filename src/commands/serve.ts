import type { FastifyInstance } from 'fastify';
import { buildApi } from '#api/app.ts';
import type { ServeOptions } from '#cli/handlers.ts';
import { LimberError } from '#model/errors.ts';
import { openServices } from '#serve/open-services.ts';
import type { Environment } from './engine.ts';

const LOOPBACK = ['127.0.0.1', '::1', 'localhost'];
/** Enough for the exit code to be set and the last words to be out. */
const LEAVE_MS = 100;
const ENDS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** `limber serve`: runs until it is asked to end. What runs then goes on, or is waited for. */
export async function serve(options: ServeOptions, env: Environment): Promise<number> {
  const asked = whenAsked();
  let warn = (problem: string): void => void process.stderr.write(`limber: ${problem}\n`);
  const services = await openServices(env, (problem, id) =>
    warn(id === undefined ? problem : `execution ${id}: ${problem}`),
  );
  try {
    const { serve: defaults } = services.engine.config;
    const [host, port] = [options.host ?? defaults.host, options.port ?? defaults.port];
    if (!options.needsKeys && !LOOPBACK.includes(host))
      throw new LimberError('address-open', { host });
    const api = await buildApi({
      services,
      needsKeys: options.needsKeys,
      logger: { level: options.logLevel, stream: process.stderr },
    });
    warn = (problem) => api.log.warn(problem);
    await listen(api, host, port);
    await asked.once;
    if (options.drain) await Promise.race([services.executions.drain(), asked.again]);
    else services.executions.stop();
    await api.close();
    return 0;
  } finally {
    services.close();
    asked.stop();
    // What runs is watched by timers and by pipes, which are no reason to stay.
    setTimeout(() => process.exit(), LEAVE_MS).unref();
  }
}

/** The address on stdout, alone on its line, once requests are answered. */
async function listen(api: FastifyInstance, host: string, port: number): Promise<void> {
  try {
    process.stdout.write(`${await api.listen({ host, port })}\n`);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    const address = `${host}:${port}`;
    throw new LimberError('address-unavailable', { address, problem }, { cause: error });
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
    once: first.promise,
    again: second.promise,
    stop: () => ENDS.forEach((signal) => process.off(signal, handler)),
  };
}
