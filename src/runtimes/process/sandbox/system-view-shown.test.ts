import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  cat,
  hasBubblewrap,
  inside,
  project,
  put,
  root,
  stateFolder,
  write,
  setUp,
  tearDown,
} from './sandbox.fixture.ts';

beforeEach(setUp);
afterEach(tearDown);

describe.skipIf(!hasBubblewrap)('what is added to the view under bubblewrap', () => {
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

  test("a folder that holds Limber's own cannot be renamed, to put another in its place", () => {
    const hidden = put('home/project/state/limber', { 'store.db': 'runs of others' });
    const change = {
      hiddenFolders: [hidden],
      writableCurrentFolder: true,
      workingFolder: project,
    };
    const script = `for old in state/limber state; do mv $old new 2>/dev/null && echo moved || echo held; done; ${write('state/beside')}`;
    expect(inside(script, change).lines).toEqual(['held', 'held', 'written']);
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
