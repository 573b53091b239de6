import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeProbeMessage } from './decode.ts';
import { LiveProgram } from './live-program.ts';

const line = (fields: object) => JSON.stringify({ v: 1, pid: 7, t: 12.5, ...fields });

test('a look is read, and what does not fit of it is left out', () => {
  const look = decodeProbeMessage(
    line({
      kind: 'at',
      state: 'running',
      stack: [['job.py', 'total', 12], ['job.py', 5, 1], 'nonsense'],
      depth: 3,
      containers: [['rows', 'total', 'list', 1000, 8056]],
      loops: [
        ['job.py', 12, 40, 100],
        ['job.py', 12, 400, 100],
      ],
      calls: [{ id: 1, kind: 'http', target: 'a\u001b[2Jb:80', since: 12 }],
      runtime: { threads: 2, more: 'unknown' },
    }),
  );
  expect(look).toMatchObject({
    stack: [{ file: 'job.py', function: 'total', line: 12 }],
    containers: [{ name: 'rows', bytes: 8056 }],
    loops: [{ done: 40, total: 100 }],
    calls: [{ target: 'a\ufffd[2Jb:80' }],
    runtime: { threads: 2 },
  });
});

test.each([
  '',
  '{',
  'null',
  '[]',
  '{"v":2}',
  line({ kind: 'other' }),
  '{"v":1,"kind":"at","pid":-1,"t":0}',
])('%s is no message', (text) => {
  expect(decodeProbeMessage(text)).toBeUndefined();
});

test('whatever a process says, nothing is thrown and nothing grows without bound', () => {
  const program = new LiveProgram();
  const anything = fc.record({
    kind: fc.constantFrom('at', 'call', 'start', 'end', 'x'),
    pid: fc.integer(),
    stack: fc.anything(),
    loops: fc.anything(),
    calls: fc.array(fc.anything()),
    call: fc.oneof(
      fc.anything(),
      fc.record({ id: fc.nat(), kind: fc.constant('http'), target: fc.string(), since: fc.nat() }),
    ),
  });
  fc.assert(
    fc.property(anything, fc.nat(), (fields, nowMs) => {
      let text: string;
      try {
        text = line(fields);
      } catch {
        return; // not every JavaScript value has a JSON form
      }
      const message = decodeProbeMessage(text);
      if (message) program.hear(message, nowMs);
      expect(program.processCount).toBeLessThanOrEqual(64);
      expect(program.targets.size).toBeLessThanOrEqual(64);
    }),
    { numRuns: 2000 },
  );
});

test('calls that only messages tell of stand through looks that do not list them', () => {
  const program = new LiveProgram();
  const at = (fields: object) => line({ kind: 'at', state: 'waiting', ...fields });
  const call = (id: number, more: object) =>
    line({ kind: 'call', call: { id, kind: 'http', target: 'a:80', since: 12, ...more } });
  const hear = (text: string) => program.hear(decodeProbeMessage(text)!, 0);
  // The first call begins before the first look.
  for (const text of [call(1, {}), at({}), call(2, {}), at({}), call(1, { seconds: 1 })])
    hear(text);
  expect(program.callsUnderWay()).toMatchObject({ count: 1, oldest: { id: 2 } });
  hear(at({ calls: [] }));
  expect(program.callsUnderWay().count).toBe(0);
});

test('how long an answer takes is learned of answers, not of connections nor of what failed', () => {
  const program = new LiveProgram();
  const target = 'a:80';
  const hear = (fields: object) => program.hear(decodeProbeMessage(line(fields))!, 0);
  const tell = (call: object) =>
    hear({ kind: 'call', call: { id: 1, target, since: 12, ...call } });
  tell({ kind: 'socket', seconds: 0.001 });
  tell({ kind: 'http', seconds: 0.001, error: 'TypeError' });
  const asks = { kind: 'at', calls: [{ id: 2, kind: 'http', target, since: 12.5 }] };
  hear(asks);
  expect(program.answerLeftMs(0)).toBeNaN();
  tell({ kind: 'http', seconds: 0.6 });
  tell({ kind: 'socket', seconds: 0.001 });
  hear(asks);
  expect(program.answerLeftMs(100)).toBeCloseTo(500);
});
