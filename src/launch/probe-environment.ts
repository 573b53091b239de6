import { existsSync } from 'node:fs';

const PROBES = '/run/limber/probes';

/**
 * How interpreters find their probe; what the user set stays behind it. The processes that a program
 * starts inherit it, so that they are looked at, too. `folder` is the host's side of the probes.
 */
export function probeEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  folder: string,
): Readonly<Record<string, string>> {
  const python = [`${PROBES}/python`, env['PYTHONPATH']].filter(Boolean).join(':');
  const node = [`--require ${PROBES}/node/preload.cjs`, env['NODE_OPTIONS']].filter(Boolean);
  return {
    LIMBER_PROBE: '/run/limber/probe',
    LIMBER_HINTS: '/run/limber/hints',
    ...(existsSync(`${folder}/python`) && { PYTHONPATH: python }),
    // Node does not start when what it is to load first is not there.
    ...(existsSync(`${folder}/node/preload.cjs`) && { NODE_OPTIONS: node.join(' ') }),
    PATH: [env['PATH'], `${PROBES}/bin`].filter(Boolean).join(':'),
  };
}
