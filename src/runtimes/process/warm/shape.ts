import type { Language } from '#model/execution.ts';
import { isReadAtStart, type LaunchSpec } from '#model/launch.ts';
import type { WarmShape } from '../../types.ts';
import { claimMessage, LONGEST_MESSAGE_BYTES } from './claim-message.ts';

/** Those whose probe can wait before the program begins (probes/python/_limber/warm.py, probes/node/warm.cjs). */
const LANGUAGES: ReadonlySet<Language> = new Set(['python', 'javascript', 'typescript']);

/**
 * Undefined for what can only be started cold: commands, other languages, a network, mounts, more
 * arguments and environment than a pipe takes.
 */
export function shapeOf(spec: LaunchSpec): WarmShape | undefined {
  const { script, kept, probe, view, network } = spec;
  const hasNetwork = network.kind !== 'none' || network.hostPorts.length > 0;
  if (!script?.isPlain || !LANGUAGES.has(script.language) || !kept || !probe) return undefined;
  if (hasNetwork || !view.inPlace || view.mounts.length > 0 || view.rootfs !== undefined)
    return undefined;
  if (claimMessage(spec).length > LONGEST_MESSAGE_BYTES) return undefined;
  const like = likenessOf(spec);
  const { argv, env, view: seen, tmpBytes } = like;
  const key = JSON.stringify([
    argv,
    env,
    seen,
    tmpBytes,
    kept.maxBytes,
    stdinKind(spec),
    probe.folder,
  ]);
  return { key, language: script.language, like };
}

/** The same without what belongs to one execution: no file, no argument, no variable of its user. */
function likenessOf(spec: LaunchSpec): LaunchSpec {
  const { argv, env, view, script, probe } = spec;
  const { LIMBER_PROBE = '', LIMBER_HINTS = '' } = env;
  const start = Object.entries(env).filter(([name]) => isReadAtStart(name));
  return {
    ...spec,
    argv: argv.slice(0, script?.words),
    env: { ...Object.fromEntries(start), LIMBER_PROBE, LIMBER_HINTS, LIMBER_WARM: '1' },
    view: { ...view, currentFolder: '' },
    ...(probe && { probe: { folder: probe.folder, files: {} } }),
  };
}

function stdinKind({ stdin }: LaunchSpec): string {
  return typeof stdin === 'string' ? stdin : 'file';
}
