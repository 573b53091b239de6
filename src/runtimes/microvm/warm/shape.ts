import type { LaunchSpec } from '#model/launch.ts';
import { shapeOf } from '../../process/warm/shape.ts';
import type { WarmShape } from '../../types.ts';

/**
 * As of a process, and of the same machine: its image, its processors, its maxima inside. Nothing in
 * the guest has a search path by which an interpreter would find where it is itself.
 */
export function machineShapeOf(spec: LaunchSpec): WarmShape | undefined {
  const shape = shapeOf(spec);
  if (shape === undefined) return undefined;
  const { machine, maxMemoryBytes, maxProcesses } = spec;
  const { PATH = '' } = spec.env;
  const key = JSON.stringify([shape.key, machine, maxMemoryBytes, maxProcesses, PATH]);
  return { ...shape, key, like: { ...shape.like, env: { PATH, ...shape.like.env } } };
}
