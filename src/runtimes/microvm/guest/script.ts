import { writeFileSync } from 'node:fs';
import { OVER_BYTES, shareFolder, type Shown } from './share.ts';
import type { KeptOutput } from '#model/launch.ts';

export const FILE_SERVER = '/usr/lib/qemu/virtiofsd';
export const SHARE_SOCKET = 'share.sock';

export type StartScript = {
  readonly stateFolder: string;
  readonly procsFiles: readonly string[];
  readonly shown: readonly Shown[];
  readonly kept: KeptOutput | undefined;
  readonly netnsPath: string | undefined;
  readonly command: readonly string[];
  /** Of a machine that goes on: what its memory was. */
  readonly memoryPath: string | undefined;
};

/** Where the command finds the memory that the script has given it. */
export const GIVEN_MEMORY = '/proc/self/fd/9';
export const MEMORY_FOLDER = '/dev/shm';
/** Without a name from the start: whatever ends the machine, it is gone with it. */
const OPEN_MEMORY = `memory=$(mktemp -p ${MEMORY_FOLDER}); exec 9<>"$memory"; rm "$memory"`;

/**
 * Starts a machine's monitor: under its limits, in a mount namespace that shows the server of files
 * what the guest may see and nothing else, with that server and the keepers of the output as its
 * children. The shell becomes the monitor, whose end ends them. Returns the script's path.
 */
export function writeStartScript(given: StartScript): string {
  const path = `${given.stateFolder}/start.sh`;
  const inside = `${given.stateFolder}/inside.sh`;
  const enter = given.procsFiles.map((file) => `echo 0 >${quoted(file)}`);
  const outer = [...enter, `exec unshare --mount --propagation private sh ${quoted(inside)}`];
  writeFileSync(path, lines(outer), { mode: 0o600 });
  writeFileSync(inside, lines(insideLines(given)), { mode: 0o600 });
  return path;
}

function insideLines(given: StartScript): string[] {
  const { stateFolder, shown, kept, netnsPath, command, memoryPath } = given;
  const share = shareFolder(stateFolder);
  const monitor = command.map(quoted).join(' ');
  return [
    ...shown.map(({ host, name, mode }) => bindLine(host, `${share}/${name}`, mode === 'rw')),
    ...(kept ? keeperLines(stateFolder, kept) : []),
    `socket=${quoted(`${stateFolder}/${SHARE_SOCKET}`)}; rm -f "$socket"`,
    // Locks and limits of open files that only one with more capabilities could raise stay as they are.
    `setpriv --pdeathsig KILL ${FILE_SERVER} --socket-path="$socket" -o source=${quoted(share)} -o cache=auto ` +
      '-o no_flock -o no_posix_lock --rlimit-nofile=0 --thread-pool-size=2 >/dev/null 2>&1 &',
    ...(memoryPath === undefined
      ? []
      : [OPEN_MEMORY, `cp --sparse=always ${quoted(memoryPath)} ${GIVEN_MEMORY}`]),
    netnsPath === undefined
      ? `exec ${monitor}`
      : `exec nsenter --net=${quoted(netnsPath)} ${monitor}`,
  ];
}

function bindLine(host: string, place: string, isWritable: boolean): string {
  const options = isWritable ? 'bind' : 'bind,ro';
  return `mount -o ${options} ${quoted(host)} ${quoted(place)}`;
}

/** RLIMIT_FSIZE as the shell's `ulimit -f` counts it (POSIX). */
const BLOCK_BYTES = 512;

/** A guest that does not keep to what its agent was told fills no disk. */
function keeperLines(stateFolder: string, kept: KeptOutput): string[] {
  const blocks = Math.ceil((kept.maxBytes + OVER_BYTES) / BLOCK_BYTES);
  const keep = (pipe: string, file: string) =>
    `(ulimit -f ${blocks}; exec cat) <${quoted(`${stateFolder}/${pipe}`)} >>${quoted(file)} &`;
  return [keep('stdout', kept.stdoutPath), keep('stderr', kept.stderrPath)];
}

function lines(commands: readonly string[]): string {
  return `set -e\n${commands.join('\n')}\n`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
