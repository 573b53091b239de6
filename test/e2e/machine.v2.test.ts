import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { requires } from '../capabilities.ts';

const asUser = resolve(import.meta.dirname, '..', 'uml', 'as-user.sh');

test('root can limit CPU, memory, processes and block devices below the root cgroup', (context) => {
  requires(context, 'inside-user-mode-linux', 'root', 'cgroup-v2');
  const folder = '/sys/fs/cgroup/machine-test';
  mkdirSync(folder);
  try {
    const controllers = readFileSync(join(folder, 'cgroup.controllers'), 'utf8').trim().split(' ');
    expect(controllers).toEqual(expect.arrayContaining(['cpu', 'io', 'memory', 'pids']));
    writeFileSync(join(folder, 'memory.high'), String(64 * 2 ** 20));
    expect(readFileSync(join(folder, 'memory.high'), 'utf8')).toBe('67108864\n');
  } finally {
    rmdirSync(folder);
  }
});

test('an ordinary user gets a cgroup subtree in which controllers can be enabled', (context) => {
  requires(context, 'inside-user-mode-linux', 'root', 'cgroup-v2');
  const script = [
    'own=/sys/fs/cgroup$(cut -d: -f3 /proc/self/cgroup)',
    'mkdir $own/controller $own/instance',
    'echo $$ > $own/controller/cgroup.procs',
    'echo "+cpu +memory +pids" > $own/cgroup.subtree_control',
    'echo 67108864 > $own/instance/memory.high',
    'echo $(id -un) $(cat $own/instance/memory.high)',
  ].join(' && ');
  const output = execFileSync(asUser, ['sh', '-c', script], { encoding: 'utf8' });
  expect(output).toBe('limber 67108864\n');
});

test('the root of the host cannot be written', (context) => {
  requires(context, 'inside-user-mode-linux');
  expect(() => writeFileSync('/etc/limber-test', '')).toThrow(/EROFS/);
});
