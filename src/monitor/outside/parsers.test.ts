import fc from 'fast-check';
import { expect, test } from 'vitest';
import { kindOfTarget } from './descriptors.ts';
import { parseNetUnix } from './local-sockets.ts';
import { parseSs } from './parse-ss.ts';
import { printable } from './printable.ts';
import { parseFdInfo } from './read-files.ts';
import { intOf, isZero, parseSystemCall } from './system-call.ts';
import { emptyTaskStat, parseTaskStat } from './task-stat.ts';
import { waitChannel } from './wait-channel.ts';

/** Captured on Linux 6.18. */
const STAT =
  '24431 (bash) R 24429 24429 16441 0 -1 4194368 58 0 0 0 7 3 0 0 20 0 2 0 851408 4595712 431 18446744073709551615 94155890065408 94155890854813 140723410935600 0 0 0 0 6 16384 0 0 0 17 1 0 0 0 0 0 94155891088112\n';

function statOf(text: string) {
  const bytes = Buffer.from(text);
  const stat = emptyTaskStat();
  return parseTaskStat(bytes, bytes.length, stat) ? stat : undefined;
}

test('/proc/PID/stat', () => {
  expect(statOf(STAT)).toEqual({
    name: 'bash',
    state: 'R',
    parentPid: 24429,
    cpuTicks: 10,
    threads: 2,
    startTicks: 851408,
    memoryBytes: 431 * 4096,
  });
  const odd = statOf(STAT.replace('(bash)', '(a) b (c \u001b[2J)'));
  expect(odd).toMatchObject({ name: 'a) b (c ?[2J', state: 'R', parentPid: 24429 });
});

test('a stat that is cut off or none is no reading', () => {
  for (const text of ['', '1 (x', '1 (x) S 1 2', ')(', 'garbage'])
    expect(statOf(text)).toBeUndefined();
  // Within the last field that is read, 431 pages: 43 would be another number.
  const end = STAT.indexOf(' 431 ') + 4;
  for (let length = 0; length <= end; length++)
    expect(statOf(STAT.slice(0, length)), STAT.slice(0, length)).toBeUndefined();
  expect(statOf(STAT.slice(0, end + 1))?.memoryBytes).toBe(431 * 4096);
  // Bytes behind the end are those of a former reading.
  const bytes = Buffer.from(`${STAT}${STAT}`);
  expect(parseTaskStat(bytes, 20, emptyTaskStat())).toBe(false);
});

test('/proc/PID/syscall', () => {
  if (process.arch !== 'x64') return;
  const line =
    '7 0x7ffe743fe1b0 0x1 0xffffffffffffffff 0x0 0x0 0x0 0x7ffe743fe198 0x7f25708e3503\n';
  const call = parseSystemCall(line);
  expect(call).toMatchObject({ kind: { kind: 'many', unit: 'ms' } });
  expect(parseSystemCall('running\n')).toBe('running');
  expect(parseSystemCall('-1 0x7ffe743fe198 0x7f25708e3503\n')).toBe('outside');
  expect(parseSystemCall('7 0x1 0x2\n')).toBeUndefined();
  expect(parseSystemCall('')).toBeUndefined();
});

test('arguments: an int is the lower half, and all of a pointer must be zero', () => {
  expect(['0xffffffffffffffff', '0xffffffff', '0x7fffffff', '0x3', undefined].map(intOf)).toEqual([
    -1,
    -1,
    2 ** 31 - 1,
    3,
    0,
  ]);
  expect(['0x0', '0x7f0000000000', undefined].map(isZero)).toEqual([true, false, true]);
});

test('functions of the kernel', () => {
  const waits = ['do_wait', 'hrtimer_nanosleep', 'futex_wait_queue', 'wait_woken', 'sk_wait_data'];
  expect(waits.map(waitChannel)).toEqual(['child', 'timer', 'lock', 'network', 'network']);
  const more = [
    'do_sys_poll',
    'ep_poll',
    'anon_pipe_read',
    'folio_wait_bit_common',
    '0',
    'new_one',
  ];
  expect(more.map(waitChannel)).toEqual(['many', 'many', 'pipe', 'disk', undefined, undefined]);
});

test('what stands behind a descriptor', () => {
  const targets = ['pipe:[12]', '/dev/pts/3', '/dev/null', '/work/a b', 'anon_inode:[timerfd]', ''];
  expect(targets.map(kindOfTarget)).toEqual([
    'pipe',
    'terminal',
    'other',
    'file',
    'timer',
    'other',
  ]);
});

test('/proc/PID/fdinfo', () => {
  const text = 'pos:\t1048576\nflags:\t0100000\nmnt_id:\t24\nino:\t3\n';
  expect(parseFdInfo(text)).toEqual({ positionBytes: 1048576, isReadOnly: true });
  expect(parseFdInfo(text.replace('0100000', '0100002')).isReadOnly).toBe(false);
  expect(parseFdInfo('')).toEqual({ positionBytes: 0, isReadOnly: false });
});

test('/proc/PID/net/unix', () => {
  const text = `Num       RefCount Protocol Flags    Type St Inode Path
00000000ba4c5a9e: 00000002 00000000 00010000 0001 01 14201 /run/a b.sock
0000000073b1b0c5: 00000003 00000000 00000000 0001 03 469
0000000073b1b0c6: 00000003 00000000 0000`;
  expect(parseNetUnix(text)).toEqual(['14201', '469']);
});

const SS = `ESTAB 0      0      127.0.0.1:8765  127.0.0.1:44146 bbr wscale:10,10 rto:204 rtt:0.018/0.009 ato:40 mss:32768 bytes_received:16 segs_out:1 minrtt:0.018 snd_wnd:65536
SYN-SENT 0      1      [2001:db8::1]:50000  [2001:db8::2]:443 cubic rto:1000 mss:524 cwnd:1
ESTAB 12      345      10.0.0.2%eth0:50002 10.0.0.1:443 cubic rtt:31.25/4 bytes_sent:1600 bytes_acked:1601 bytes_received:9 lastsnd:70 lastrcv:1400 lastack:40 minrtt:30

`;

test('ss -tinHO', () => {
  const [first, second, third, ...rest] = parseSs(SS);
  expect(rest).toEqual([]);
  expect(first).toMatchObject({
    state: 'ESTAB',
    roundTripMs: 0.018,
    sentBytes: 0,
    receivedBytes: 16,
  });
  expect(second).toEqual({
    state: 'SYN-SENT',
    local: '[2001:db8::1]:50000',
    peer: '[2001:db8::2]:443',
    roundTripMs: undefined,
    sentBytes: 0,
    receivedBytes: 0,
    sendQueueBytes: 1,
    receiveQueueBytes: 0,
    awaitsAnswer: false,
  });
  expect(third).toMatchObject({
    peer: '10.0.0.1:443',
    roundTripMs: 31.25,
    sentBytes: 1600,
    sendQueueBytes: 345,
    receiveQueueBytes: 12,
    awaitsAnswer: true,
  });
  // What is zero is left out; an answer that has come is owed no more.
  const awaits = (times: string) =>
    parseSs(SS.replace('lastsnd:70 lastrcv:1400', times))[2]!.awaitsAnswer;
  expect(awaits('lastrcv:3')).toBe(true);
  expect(awaits('lastsnd:3')).toBe(false);
  expect(awaits('lastsnd:3 lastrcv:3')).toBe(false);
  // A server that has answered waits for the next request.
  const [answered] = parseSs(SS.replace('bytes_received:16', 'bytes_sent:9 lastrcv:4'));
  expect(answered).toMatchObject({ sentBytes: 9, awaitsAnswer: false });
});

test('connections are bounded', () => {
  expect(parseSs(SS.split('\n')[0]!.concat('\n').repeat(5000))).toHaveLength(256);
});

test('names cannot steer a terminal', () => {
  expect(printable('a\u001b[31m\n\u202eb\u0000é')).toBe('a?[31m??b?é');
  expect(printable('x'.repeat(900))).toHaveLength(200);
});

test('no text makes a parser fail', () => {
  const property = fc.property(fc.string({ unit: 'binary' }), (text) => {
    parseSs(text);
    parseNetUnix(text);
    parseFdInfo(text);
    parseSystemCall(text);
    waitChannel(text);
    const stat = statOf(`${STAT.slice(0, 30)}${text}`);
    expect(stat === undefined || Number.isFinite(stat.memoryBytes)).toBe(true);
  });
  fc.assert(property);
});
