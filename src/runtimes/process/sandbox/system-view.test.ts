import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FileView } from '#model/launch.ts';
import { sandboxArguments, type SandboxInput } from './system-view.ts';

const hasBubblewrap = spawnSync('bwrap', ['--version']).error === undefined;
const isRoot = process.getuid?.() === 0;

let root = '';
let project = '';
let stateFolder = '';
beforeEach(() => {
  // Not below /tmp, which is private inside.
  root = mkdtempSync(
    join(existsSync('/var/lib') && isRoot ? '/var/lib' : tmpdir(), 'limber view '),
  );
  project = put('home/project', { 'data.txt': 'data', 'sub/inner.txt': 'inner' });
  stateFolder = put('state', { 'shared/allocation.json': '{}' });
  for (const name of ['tmp', 'merged']) mkdirSync(join(stateFolder, name));
  for (const name of ['passwd', 'group', 'hosts', 'hostname', 'resolv.conf'])
    put('state/etc', { [name]: `synthetic ${name}\n` });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(folder: string, files: Readonly<Record<string, string>>): string {
  for (const [name, text] of Object.entries(files)) {
    const path = join(root, folder, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
  }
  return join(root, folder);
}

function view(change: Partial<FileView> = {}): FileView {
  return {
    currentFolder: project,
    writableCurrentFolder: false,
    workingFolder: '/work',
    mounts: [],
    toolFolders: [],
    files: [],
    hiddenFolders: [],
    ...change,
  };
}

function inside(script: string, change: Partial<FileView> = {}, more: Partial<SandboxInput> = {}) {
  const spec = { env: { PATH: '/usr/bin:/bin', GREETING: 'hello there' }, view: view(change) };
  const options = sandboxArguments({ spec, stateFolder, shareNetwork: false, ...more });
  const { stdout, stderr, status } = spawnSync('bwrap', [...options, '--', 'sh', '-c', script], {
    encoding: 'utf8',
    env: { SECRET_OF_THE_CALLER: 'x' },
    timeout: 20_000,
  });
  return { lines: stdout.split('\n').filter(Boolean), stderr, status };
}

/** For each path: its content, `-` when it is absent, or what else happened. */
const cat = (...paths: string[]) =>
  paths.map((path) => `cat '${path}' 2>/dev/null || echo -`).join('; ');
const write = (...paths: string[]) =>
  paths
    .map((path) => `(echo x > '${path}') 2>/dev/null && echo written || echo refused`)
    .join('; ');

describe.skipIf(!hasBubblewrap)('the view under bubblewrap', () => {
  test('runs the programs of the host with a clean environment', () => {
    expect(inside('env | sort; pwd; id -u; uname -n').lines).toEqual([
      ...['GREETING=hello there', 'PATH=/usr/bin:/bin', 'PWD=/work'],
      ...['/work', '1000', 'limber'],
    ]);
  });

  test('shows of /etc what is about the instance, and no secret', () => {
    const { lines } = inside('cat /etc/passwd /etc/resolv.conf; ls -A /etc');
    expect(lines.slice(0, 2)).toEqual(['synthetic passwd', 'synthetic resolv.conf']);
    const secrets = [
      'shadow',
      'gshadow',
      'sudoers',
      'ssh',
      'machine-id',
      'krb5.keytab',
      'npmrc',
      'pip.conf',
    ];
    expect(lines.filter((name) => secrets.includes(name))).toEqual([]);
    expect(inside('ls /etc/ssl').lines).not.toContain('private');
  });

  test('shows nothing else of the host', () => {
    const seen = inside('ls -A / | sort').lines;
    const system = [
      'bin',
      'dev',
      'etc',
      'lib',
      'lib32',
      'lib64',
      'libx32',
      'nix',
      'opt',
      'proc',
      'run',
      'sbin',
      'sys',
      'tmp',
      'usr',
      'var',
      'work',
    ];
    expect(seen.filter((name) => !system.includes(name))).toEqual([]);
    expect(inside(`ls -A /var/lib; ls -A '${root}/home'; ls -A /run`).lines).toEqual([
      ...(isRoot ? [root.slice('/var/lib/'.length)] : []),
      'project',
      'limber',
    ]);
    expect(inside('ls -A /home /root /srv /mnt').lines).toEqual([]);
  });

  test('the current folder is readable and not writable at its own path', () => {
    expect(inside(`${cat(`${project}/data.txt`)}; echo; ${write(`${project}/new`)}`).lines).toEqual(
      ['data', 'refused'],
    );
  });

  test('--write opens the current folder and nothing above it', () => {
    const change = { writableCurrentFolder: true, workingFolder: project };
    expect(inside(`${write('here', '../above')}; pwd`, change).lines).toEqual([
      'written',
      'refused',
      project,
    ]);
    expect(readFileSync(join(project, 'here'), 'utf8')).toBe('x\n');
  });

  test('writable are the work folder, /tmp, shared memory, and nothing of the system', () => {
    const open = ['/work/a', '/tmp/a', '/var/tmp/b', '/dev/shm/a'];
    expect(inside(write(...open)).lines).toEqual(open.map(() => 'written'));
    const shut = [
      '/a',
      '/usr/a',
      '/etc/a',
      '/etc/passwd',
      '/dev/a',
      '/run/a',
      '/run/limber/allocation.json',
      '/var/a',
      '/sys/devices/system/cpu/cpu0/online',
    ];
    expect(inside(write(...shut)).lines).toEqual(shut.map(() => 'refused'));
    expect(existsSync(join(stateFolder, 'merged/a'))).toBe(true);
    expect(readFileSync(join(stateFolder, 'tmp/b'), 'utf8')).toBe('x\n');
  });

  test("the host's kernel settings cannot be changed, even by root's sandbox", () => {
    const settings = [
      '/proc/sys/kernel/core_pattern',
      '/proc/sys/vm/drop_caches',
      '/proc/sysrq-trigger',
    ];
    // Appending nothing asks for the right to write without using it.
    const script = settings.map(
      (path) => `(: >> ${path}) 2>/dev/null && echo open || echo refused`,
    );
    expect(inside(script.join('; ')).lines).toEqual(settings.map(() => 'refused'));
    expect(inside('cat /proc/keys; (cat /proc/kcore | head -c 1) 2>/dev/null').lines).toEqual([]);
  });

  test('mounts appear where they were asked for, also below what is read-only', () => {
    const extra = put('extra', { 'note.txt': 'note' });
    const mounts = [
      { host: extra, guest: '/data', writable: false },
      { host: extra, guest: `${project}/sub/data`, writable: true },
    ];
    const { lines, stderr } = inside(
      [
        cat('/data/note.txt'),
        'echo',
        cat(`${project}/sub/data/note.txt`),
        'echo',
        cat(`${project}/sub/inner.txt`),
        'echo',
        write('/data/a', `${project}/sub/data/b`, `${project}/sub/c`),
      ].join('; '),
      { mounts },
    );
    expect(lines, stderr).toEqual(['note', 'note', 'inner', 'refused', 'written', 'refused']);
    expect(existsSync(join(project, 'sub/data'))).toBe(false);
  });

  test('a file outside of what is shown comes alone', () => {
    const folder = put('elsewhere', { 'job.py': 'print(1)', 'secret.txt': 'secret' });
    const script = cat(`${folder}/job.py`, `${folder}/secret.txt`);
    expect(inside(script, { files: [`${folder}/job.py`] }).lines).toEqual(['print(1)-']);
  });

  test("Limber's own folders are hidden at every path that would show them", () => {
    const hidden = put('home/project/.limber', { 'store.db': 'runs of others' });
    mkdirSync(join(stateFolder, 'merged/.limber'));
    writeFileSync(join(stateFolder, 'merged/.limber/store.db'), 'runs of others');
    const mounts = [{ host: join(root, 'home'), guest: '/mounted', writable: true }];
    const folders = [hidden, '/mounted/project/.limber', '/work/.limber'];
    const script = folders.map(
      (folder) =>
        `${cat(`${folder}/store.db`)}; ${write(`${folder}/a`)}; chmod 777 '${folder}' 2>/dev/null || echo locked`,
    );
    const { lines, stderr } = inside(script.join('; '), { mounts, hiddenFolders: [hidden] });
    expect(lines, stderr).toEqual(folders.flatMap(() => ['-', 'refused', 'locked']));
  });

  test('what is rebuilt around a mount point keeps its secrets hidden and its links links', () => {
    const hidden = put('home/project/.limber', { 'store.db': 'runs of others' });
    spawnSync('ln', ['-s', '/etc/shadow', join(project, 'link')]);
    const mounts = [
      { host: put('extra', { 'note.txt': 'note' }), guest: `${project}/absent`, writable: false },
    ];
    const script = cat(
      `${project}/absent/note.txt`,
      `${hidden}/store.db`,
      `${project}/link`,
      `${project}/data.txt`,
    );
    expect(inside(script, { mounts, hiddenFolders: [hidden] }).lines).toEqual([
      'note-',
      '-',
      'data',
    ]);
  });

  test.each(['/', '/etc', '/run', '/tmp', '/proc/self'])(
    'the current folder %s is not shown whole',
    (currentFolder) => {
      writeFileSync(join(stateFolder, 'merged', 'lower'), 'overlay of the host');
      const { lines, stderr } = inside(
        'pwd; ls -A /work /etc/shadow /root 2>/dev/null; ls -A /tmp',
        { currentFolder },
      );
      expect(
        lines.filter((line) => line !== '/work:'),
        stderr,
      ).toEqual(['/work']);
    },
  );

  test('a current folder that belongs to the system works and stays read-only', () => {
    expect(
      inside('ls /usr/share/misc >/dev/null && echo ok', { currentFolder: '/usr/share' }).lines,
    ).toEqual(['ok']);
    expect(inside(`${write('/opt/a')}; ls /usr/bin/env`, { currentFolder: '/opt' }).lines).toEqual([
      'refused',
      '/usr/bin/env',
    ]);
  });

  test('a root file system takes the place of the host, unchanged', () => {
    const rootfs = put('image', {
      'etc/image-release': 'an image',
      'etc/passwd': 'image',
      'opt/tool/x': 'x',
      'var/lib/y': 'y',
    });
    for (const name of ['usr', 'bin', 'lib', 'lib64']) {
      if (existsSync(`/${name}`))
        spawnSync('cp', [
          '-a',
          '--reflink=auto',
          ...(name === 'usr' ? ['/dev/null'] : [`/${name}`]),
          join(rootfs, name),
        ]);
    }
    rmSync(join(rootfs, 'usr'), { force: true });
    mkdirSync(join(rootfs, 'usr'));
    const mounts = [{ host: '/usr', guest: '/usr', writable: false }];
    const { lines, stderr } = inside(
      [
        cat('/etc/image-release'),
        'echo',
        'cat /etc/passwd',
        'ls -A /opt',
        cat(`${project}/data.txt`),
        'echo',
        write('/opt/a', '/work/a', '/var/lib/a'),
      ].join('; '),
      { rootfs, mounts },
    );
    expect(lines, stderr).toEqual([
      'an image',
      'synthetic passwd',
      'tool',
      'data',
      'refused',
      'written',
      'refused',
    ]);
    expect(existsSync(join(rootfs, 'work'))).toBe(false);
  });

  test('no capability, no new privileges, no user namespace, no network but its own', () => {
    const { lines } = inside(
      'grep -E "^(CapEff|CapBnd|NoNewPrivs)" /proc/self/status; unshare -U true 2>/dev/null || echo no-userns; ls /sys/class/net 2>/dev/null; tail -n +3 /proc/net/dev | cut -d: -f1',
    );
    expect(lines.map((line) => line.replace(/\s+/g, ' ').trim())).toEqual(
      ['CapBnd: 0000000000000000', 'NoNewPrivs: 1', 'no-userns', 'lo'].toSpliced(
        0,
        0,
        'CapEff: 0000000000000000',
      ),
    );
  });

  test('shareNetwork keeps the namespace that the caller prepared', () => {
    const ours = spawnSync('readlink', ['/proc/self/ns/net'], { encoding: 'utf8' }).stdout.trim();
    expect(inside('readlink /proc/self/ns/net', {}, { shareNetwork: true }).lines).toEqual([ours]);
    expect(inside('readlink /proc/self/ns/net').lines).not.toEqual([ours]);
  });
});
