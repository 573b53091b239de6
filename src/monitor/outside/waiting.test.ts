import { expect, test } from 'vitest';
import type { WaitsFor } from '#model/outside.ts';
import type { CallKind, SystemCall } from './system-call.ts';
import { waitOfMany } from './threads.ts';
import { doingWhile, waitOf, type DescriptorKind, type Surroundings } from './waiting.ts';

type Around = { descriptor?: DescriptorKind; hasNetworkSocket?: boolean; hasChildren?: boolean };

function around({ descriptor = 'other', ...has }: Around = {}): Surroundings {
  return {
    descriptor: () => descriptor,
    hasNetworkSocket: () => has.hasNetworkSocket ?? false,
    hasChildren: () => has.hasChildren ?? false,
  };
}

const call = (kind: CallKind | undefined, ...args: readonly string[]): SystemCall => ({
  kind,
  args: Array.from({ length: 6 }, (_, index) => args[index] ?? '0x0'),
});
const READ = call({ kind: 'descriptor' }, '0x3');

test('states that need no system call', () => {
  expect(waitOf('R', undefined, around())).toBe('nothing');
  expect(waitOf('S', 'running', around())).toBe('nothing');
  expect(waitOf('T', READ, around())).toBe('timer');
  expect(waitOf('D', 'outside', around())).toBe('disk');
  expect(waitOf('S', undefined, around())).toBe('timer');
});

test.each<[DescriptorKind, WaitsFor]>([
  ['pipe', 'pipe'],
  ['terminal', 'terminal'],
  ['network', 'network'],
  ['local', 'pipe'],
  ['timer', 'timer'],
  ['other', 'lock'],
])('a read at a %s', (descriptor, expected) => {
  expect(waitOf('S', READ, around({ descriptor }))).toBe(expected);
});

test('a file is waited for uninterruptibly; otherwise it is a named pipe', () => {
  expect(waitOf('D', READ, around({ descriptor: 'file' }))).toBe('disk');
  expect(waitOf('S', READ, around({ descriptor: 'file' }))).toBe('pipe');
});

test('a pipe of somebody with children is the output of a child', () => {
  expect(waitOf('S', READ, around({ descriptor: 'pipe', hasChildren: true }))).toBe('child');
  expect(waitOf('S', READ, around({ descriptor: 'network', hasChildren: true }))).toBe('network');
});

test('many descriptors: sockets, then children, then the time-out', () => {
  const forEver = call(
    { kind: 'many', timeout: 2, unit: 'ms', count: 1 },
    '0x7f',
    '0x2',
    '0xffffffff',
  );
  const aSecond = call({ kind: 'many', timeout: 2, unit: 'ms', count: 1 }, '0x7f', '0x2', '0x3e8');
  const nothing = call({ kind: 'many', timeout: 4, unit: 'pointer', count: 0 });
  expect(waitOf('S', forEver, around({ hasNetworkSocket: true }))).toBe('network');
  expect(waitOf('S', forEver, around({ hasChildren: true }))).toBe('child');
  expect(waitOf('S', forEver, around())).toBe('pipe');
  expect(waitOf('S', aSecond, around())).toBe('timer');
  expect(waitOf('S', nothing, around({ hasNetworkSocket: true }))).toBe('timer');
});

test('a futex with a time-out is a sleep, one without is a lock', () => {
  expect(waitOf('S', call({ kind: 'futex' }), around())).toBe('lock');
  expect(waitOf('S', call({ kind: 'futex' }, '0x7f', '0x0', '0x0', '0x7ffe'), around())).toBe(
    'timer',
  );
});

test('a parent in vfork waits for its child, although uninterruptibly', () => {
  expect(waitOf('D', call({ kind: 'child' }), around())).toBe('child');
});

test('threads: the main one counts, unless it waits for another', () => {
  expect(waitOfMany('timer', ['lock', 'network'])).toBe('timer');
  expect(waitOfMany('timer', ['lock', 'nothing'])).toBe('nothing');
  expect(waitOfMany('lock', ['timer', 'network'])).toBe('network');
  expect(waitOfMany('lock', ['timer', 'lock'])).toBe('timer');
  expect(waitOfMany('lock', [])).toBe('lock');
});

test('every wait is a doing', () => {
  expect(doingWhile('pipe')).toBe('waiting-io');
  expect(doingWhile('child')).toBe('waiting-child');
});
