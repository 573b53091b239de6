import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

const CGROUPS = '/sys/fs/cgroup';
const RUNTIME = '/run/limber';

/** Everything on the machine that a run may leave behind, as one line each. */
export function residue(boxFolder: string): readonly string[] {
  return [
    ...cgroups(),
    ...named('netns', ['ip', '-j', 'netns'], 'name'),
    ...named('link', ['ip', '-j', 'link'], 'ifname'),
    ...lines('nft', ['nft', 'list', 'ruleset']),
    ...readFileSync('/proc/self/mounts', 'utf8')
      .split('\n')
      .filter((line) => line.includes('limber'))
      .map((line) => `mount ${line}`),
    ...[RUNTIME, `${RUNTIME}/microvm`].flatMap((folder) =>
      namesIn(folder).flatMap((name) => below(folder, name)),
    ),
    ...processes(boxFolder),
  ];
}

/** Folders of instances, of controllers that are gone: others may be running something. */
function cgroups(): readonly string[] {
  const roots = ['', ...namesIn(CGROUPS)].map((name) => join(CGROUPS, name, 'limber'));
  return roots.flatMap((root) =>
    namesIn(root)
      .filter((name) => isGone(/^c(\d+)-\d+$/.exec(name)?.[1]))
      .map((name) => `cgroup ${root}/${name}`),
  );
}

function below(folder: string, name: string): readonly string[] {
  // What is known of interpreters, the copy of /etc and the ledger are meant to stay.
  if (!['instances', 'network'].includes(name)) return [];
  return namesIn(join(folder, name))
    .filter((entry) => isGone(controllerOf(folder, entry.replace(/\.json$/, ''))))
    .map((entry) => `${folder}/${name}/${entry}`);
}

/** Others may be running something; what has no record belongs to nobody. */
function controllerOf(folder: string, id: string): string {
  const record = read(`${folder}/instances/${id}/instance.json`);
  return /"controller":\{"pid":(\d+)/.exec(record)?.[1] ?? 'nobody';
}

/** Processes that see the test's folder: in a sandbox, or on their way into one. */
function processes(boxFolder: string): readonly string[] {
  const own = readlinkSync('/proc/self/ns/mnt');
  return namesIn('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => {
      if (read(`/proc/${pid}/cmdline`).includes(boxFolder)) return true;
      if (namespaceOf(pid) === own) return false;
      return read(`/proc/${pid}/mountinfo`).includes(boxFolder);
    })
    .map((pid) => `process ${pid} ${read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ')}`);
}

function named(what: string, [command = '', ...args]: string[], key: string): readonly string[] {
  const { stdout } = spawnSync(command, args, { encoding: 'utf8' });
  const rows = JSON.parse(stdout || '[]') as readonly Record<string, string>[];
  return rows.map((row) => `${what} ${row[key]}`);
}

function lines(what: string, [command = '', ...args]: string[]): readonly string[] {
  const { stdout } = spawnSync(command, args, { encoding: 'utf8' });
  return (stdout ?? '').split('\n').map((line) => `${what} ${line}`);
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(codeOf(error))) return [];
    throw error;
  }
}

/** Empty for a process that has ended in between. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES', 'EINVAL'].includes(codeOf(error))) return '';
    throw error;
  }
}

function namespaceOf(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/ns/mnt`);
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES'].includes(codeOf(error))) return '';
    throw error;
  }
}

function isGone(pid: string | undefined): boolean {
  return pid !== undefined && read(`/proc/${pid}/stat`) === '';
}

function codeOf(error: unknown): string {
  return String((error as NodeJS.ErrnoException).code);
}
