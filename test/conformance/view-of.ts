import type { LaunchSpec } from '#model/launch.ts';

/** A program sees its folder at /work, and nothing else that was asked for. */
export function viewOf(currentFolder: string): LaunchSpec['view'] {
  return {
    currentFolder,
    writableCurrentFolder: false,
    inPlace: false,
    workingFolder: '/work',
    mounts: [],
    toolFolders: [],
    files: [],
    hiddenFolders: [],
  };
}
