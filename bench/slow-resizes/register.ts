import { registerHooks } from 'node:module';

/** `node --import bench/slow-resizes/register.ts …`: instances of the process runtime are those of `instance.ts` beside this file. */
const REAL = new URL('../../src/runtimes/process/instance.ts', import.meta.url).href;
const SLOW = new URL('instance.ts', import.meta.url).href;

registerHooks({
  resolve(specifier, context, nextResolve) {
    const resolved = nextResolve(specifier, context);
    const isTaken = resolved.url === REAL && context.parentURL !== SLOW;
    return isTaken ? { ...resolved, url: SLOW } : resolved;
  },
});
