import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { prepareEtc } from './prepare-etc.ts';
import {
  cat,
  hasBubblewrap,
  inside,
  isRoot,
  project,
  root,
  stateFolder,
  write,
  setUp,
  tearDown,
} from './sandbox.fixture.ts';

beforeEach(setUp);
afterEach(tearDown);

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

  test('a prepared /etc shows the same to the program', () => {
    const list = 'cd /etc; find . -maxdepth 1 | sort; cat passwd hosts; readlink localtime';
    const prepared = inside(list, {}, { etcFolder: prepareEtc(join(root, 'run')) });
    expect(prepared.lines, prepared.stderr).toEqual(inside(list).lines);
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
});
