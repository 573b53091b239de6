import { expect, test } from 'vitest';
import type { Counts } from './counts.ts';
import { judge, lastLine } from './verdict.ts';

const none: Counts = {
  passed: 0,
  failed: 0,
  skipped: [],
  failures: [],
  flaky: [],
  capabilities: ['root', 'cgroup-v1'],
};

test('sums the suites and leaves out what did not happen', () => {
  const suites = [
    { name: 'unit', counts: { ...none, passed: 3 } },
    { name: 'v2', counts: { ...none, passed: 4, failed: 1 } },
  ];
  expect(lastLine(judge(suites))).toBe('7 passed, 1 failed');
});

test('a skip for want of something that is absent is told and counted as skipped', () => {
  const skipped = [{ name: 'a.test.ts: boots', reason: 'needs kvm' }];
  const verdict = judge([{ name: 'v1', counts: { ...none, skipped } }]);
  expect(lastLine(verdict)).toBe('0 passed, 0 failed, 1 skipped');
  expect(verdict.remarks).toEqual(['skipped in v1: a.test.ts: boots: needs kvm']);
});

test.for([
  ['', 'a skip must give its reason through requires()'],
  ['flaky', 'a skip must give its reason through requires()'],
  ['needs luck', 'a skip must give its reason through requires()'],
  ['needs kvm, root', 'this machine has root'],
] as const)('a skip with the reason "%s" fails the run', ([reason, objection]) => {
  const verdict = judge([{ name: 'v1', counts: { ...none, skipped: [{ name: 't', reason }] } }]);
  expect(verdict).toMatchObject({ failed: 1, skipped: 0 });
  expect(verdict.remarks.join()).toContain(objection);
});

test('a test that had to be tried again passes, and is named', () => {
  const verdict = judge([{ name: 'v1', counts: { ...none, passed: 1, flaky: ['a.test.ts: b'] } }]);
  expect(lastLine(verdict)).toBe('1 passed, 0 failed');
  expect(verdict.remarks).toEqual(['passed when tried again in v1: a.test.ts: b']);
});

test('what failed is named where the counts are, however long the output before it', () => {
  const failures = ['a.test.ts: b: expected 1 to be 2'];
  const { remarks } = judge([{ name: 'v2', counts: { ...none, failed: 1, failures } }]);
  expect(remarks).toEqual(['FAILED in v2: a.test.ts: b: expected 1 to be 2']);
});
