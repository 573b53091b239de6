import type { Handlers, ServerAddress } from '#cli/handlers.ts';
import type { Environment } from '../engine.ts';
import { remoteControl } from './control.ts';
import { remoteReading } from './reading.ts';
import { remoteRun } from './run.ts';

/** The commands that a server can do instead of this machine. */
export function remoteHandlers(at: ServerAddress, env: Environment): Partial<Handlers> {
  return {
    ...remoteReading(at),
    run: (options) => remoteRun(at, options),
    control: (options) => remoteControl(at, options),
    top: async (options) => (await import('./live.ts')).remoteTop(at, options),
    watch: async (options) => (await import('./live.ts')).remoteWatch(at, options),
    mcp: async (options) => (await import('../mcp/mcp.ts')).mcp(options, { env, at }),
  };
}
