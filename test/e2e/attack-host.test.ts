import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { test } from './box.ts';

/** What the program of a root user would own on the host, were it not shown read-only. */
const OWNED = [
  ['bubblewrap, by the link to the program of process 1', '/proc/1/exe', '/usr/bin/bwrap'],
  ['a device', '/dev/full', '/dev/full'],
  ['the null device, by its descriptor', '/proc/self/fd/0', '/dev/null'],
  ['a file of /proc that every mount of it shares', '/proc/uptime', '/proc/uptime'],
] as const;

test.for(OWNED)('the mode of %s cannot be changed', async ([, inside, outside], { box }) => {
  const before = modeOf(outside);
  const script = `chmod 0640 ${inside} 2>/dev/null && echo changed || echo refused`;
  const through = (limber: readonly string[]) => ['sh', '-c', '"$@" </dev/null', 'sh', ...limber];
  const { stdout } = await box.run(['--', 'sh', '-c', script], { through });
  const after = modeOf(outside);
  if (after !== before) chmodSync(outside, Number.parseInt(before, 8));
  expect([stdout.toString(), after]).toEqual(['refused\n', before]);
});

/** In a mount of its own: an inode that another mount of /proc still holds shows its old mode. */
function modeOf(path: string): string {
  const args = ['--pid', '--fork', '--mount-proc', 'stat', '-c', '%a', path];
  return spawnSync('unshare', args, { encoding: 'utf8' }).stdout.trim();
}

test('a file on stdin can be read and sought, and not be opened again for writing', async ({
  box,
}) => {
  box.write('input', 'kept\n');
  const script = `
import os, stat
print(os.read(0, 9), os.lseek(0, 0, 0), stat.S_ISREG(os.fstat(0).st_mode))
for attempt in (lambda: os.open('/proc/self/fd/0', os.O_RDWR), lambda: os.fchmod(0, 0o666)):
    try: attempt(); print('done')
    except OSError as error: print(error.strerror)`;
  const through = (limber: readonly string[]) => ['sh', '-c', '"$@" <input', 'sh', ...limber];
  const args = ['--', '/usr/bin/python3', '-c', script];
  const { stdout } = await box.run(args, { through });
  expect(stdout.toString().split('\n')).toEqual([
    "b'kept\\n' 0 True",
    'Read-only file system',
    'Read-only file system',
    '',
  ]);
  expect(readFileSync(join(box.current, 'input'), 'utf8')).toBe('kept\n');
});

test('of a file on stdin that was read in part, the program gets the rest', async ({ box }) => {
  box.write('input', 'first\nrest\n');
  const through = (limber: readonly string[]) => [
    ...['bash', '-c', 'read -r line; "$@"', 'bash'],
    ...limber,
  ];
  const shell = (limber: readonly string[]) => [
    'sh',
    '-c',
    '"$@" <input',
    'sh',
    ...through(limber),
  ];
  const { stdout } = await box.run(['--', 'cat'], { through: shell });
  expect(stdout.toString()).toBe('rest\n');
});

test('a descriptor that the caller left open does not reach the program', async ({ box }) => {
  mkdirSync(join(box.folder, 'secret'));
  // Beyond a gap: Node itself keeps the first ones from its children.
  const through = (limber: readonly string[]) => [
    ...['bash', '-c', 'exec "$@" 40<"$0"/secret 77</dev/zero', box.folder],
    ...limber,
  ];
  const list = 'import os; print(sorted(os.listdir("/proc/self/fd")))';
  const { stdout } = await box.run(['--probe', 'off', '--', '/usr/bin/python3', '-c', list], {
    through,
  });
  // 3 is the folder that is being listed.
  expect(stdout.toString()).toBe("['0', '1', '2', '3']\n");
});

test('no folder can be the standard input', async ({ box }) => {
  const through = (limber: readonly string[]) => ['sh', '-c', '"$@" </', 'sh', ...limber];
  const { exitCode, stderr } = await box.run(['--', 'ls'], { through });
  expect([exitCode, stderr]).toEqual([69, expect.stringContaining('standard input is a folder')]);
});

test('a newline at the end of a folder name is part of it', async ({ box }) => {
  const [asked, other] = [join(box.folder, 'sibling\n'), join(box.folder, 'sibling')];
  mkdirSync(asked);
  mkdirSync(join(other, 'private'), { recursive: true });
  const { stdout } = await box.run(['--', 'ls', '/work'], { cwd: asked });
  expect(stdout.toString()).toBe('');
});

test('a program cannot leave a set-user-ID file of its user behind', async ({ box }) => {
  const script = 'cp /bin/true left; chmod 4755 left 2>/dev/null && echo set || echo refused';
  const { stdout } = await box.run(['--write', '--workdir', box.current, '--', 'sh', '-c', script]);
  expect(stdout.toString()).toBe('refused\n');
  expect(statSync(join(box.current, 'left')).mode & 0o6000).toBe(0);
});

test('who was handed an end of the output does not hold up the end of the run', async ({ box }) => {
  box.write('keep.py', KEEP);
  box.write('hand-over.py', HAND_OVER);
  const keeper = box.start(['run', '--write', 'keep.py']);
  await keeper.prints('ready');
  const { stdout, exitCode } = await box.run(['--write', 'hand-over.py']);
  const isKept = keeper.child.exitCode === null;
  keeper.child.kill('SIGTERM');
  await keeper.ended;
  expect([stdout.toString(), exitCode, isKept]).toEqual(['handed over\n', 0, true]);
});

const KEEP = `
import socket, time
server = socket.socket(socket.AF_UNIX)
server.bind('socket')
server.listen()
print('ready', flush=True)
socket.recv_fds(server.accept()[0], 1, 1)
time.sleep(1000)`;

const HAND_OVER = `
import socket
client = socket.socket(socket.AF_UNIX)
client.connect('socket')
socket.send_fds(client, [b'x'], [1])
print('handed over')`;
