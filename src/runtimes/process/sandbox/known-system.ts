import { lately } from '#model/lately.ts';
import { prepareEtc } from './prepare-etc.ts';
import { SYSTEM_FOLDERS } from './system-folders.ts';
import { realHostFiles, type HostFiles } from './system-view-host.ts';

/** What the machine's administrator changes of the system is seen by instances that are made this much later. */
const KNOWN_MS = 1_000;

export const latestEtc = lately(KNOWN_MS, (runtimeFolder) => prepareEtc(runtimeFolder));

const system = new Set<string>(SYSTEM_FOLDERS);
const lookAtSystem = lately(KNOWN_MS, realHostFiles.look);

/** The host's files, of which the folders of the system's programs are not looked at for each instance. */
export const knownHost: HostFiles = {
  ...realHostFiles,
  look: (path) => (system.has(path) ? lookAtSystem(path) : realHostFiles.look(path)),
};
