import type { RunnableKind } from '#model/execution.ts';
import { openEngine, type Engine, type Environment } from './engine.ts';

/** The engine for a kind of instance; what only one kind needs is loaded with it. */
export async function openEngineFor(kind: RunnableKind, env: Environment): Promise<Engine> {
  if (kind === 'process') return openEngine(env);
  if (kind === 'microvm') {
    const { openMicrovmEngine } = await import('./microvm-engine.ts');
    return openMicrovmEngine(env);
  }
  const { openKubernetesEngine } = await import('./kubernetes-engine.ts');
  return openKubernetesEngine(env);
}
