import type { LaunchSpec } from '#model/launch.ts';

/** The least that the kernel knows: unless somebody waits for it, it starts with what nobody else uses. */
const LOWEST_WEIGHT = 1;

/** What is to wait for an execution. */
export type ToPrepare = {
  readonly id: string;
  readonly like: LaunchSpec;
  readonly isAwaited?: boolean | undefined;
};

/** Of an instance that waits, with a folder of its own that holds its work folder and its output. */
export function warmSpec(
  { id, like, isAwaited = false }: ToPrepare,
  folder: string,
  memoryBytes: number,
): LaunchSpec {
  const { kept, cpuWeight: _weight, ...rest } = like;
  return {
    ...rest,
    id,
    view: { ...like.view, currentFolder: `${folder}/work` },
    initial: { ...like.initial, cpuCores: Number.POSITIVE_INFINITY, memoryBytes },
    ...(!isAwaited && { cpuWeight: LOWEST_WEIGHT }),
    ...(kept && {
      kept: {
        stdoutPath: `${folder}/stdout`,
        stderrPath: `${folder}/stderr`,
        maxBytes: kept.maxBytes,
      },
    }),
  };
}
