import { registerHooks } from 'node:module';

/** `node --import bench/slow-resizes/register.ts …`: modules of the process runtime are those beside this file. */
const RUNTIME = '../../src/runtimes/process/';
const TAKEN = new Map(
  ['instance.ts', 'options.ts'].map((name) => [
    new URL(`${RUNTIME}${name}`, import.meta.url).href,
    new URL(name, import.meta.url).href,
  ]),
);

registerHooks({
  resolve(specifier, context, nextResolve) {
    const resolved = nextResolve(specifier, context);
    const own = TAKEN.get(resolved.url);
    return own === undefined || context.parentURL === own ? resolved : { ...resolved, url: own };
  },
});
