import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { onceThere } from './once-there.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function target() {
  const state = { isThere: false, isGone: false, sent: [] as string[] };
  const deliver = onceThere({
    isThere: () => state.isThere,
    isGone: () => state.isGone,
    send: (signal) => void state.sent.push(signal),
  });
  return { state, deliver };
}

test('signals wait for the program, in order, and go at once when it is there', () => {
  const { state, deliver } = target();
  deliver('SIGUSR1');
  deliver('SIGTERM');
  vi.advanceTimersByTime(100);
  expect(state.sent).toEqual([]);
  state.isThere = true;
  vi.advanceTimersByTime(10);
  expect(state.sent).toEqual(['SIGUSR1', 'SIGTERM']);
  deliver('SIGINT');
  expect(state.sent).toEqual(['SIGUSR1', 'SIGTERM', 'SIGINT']);
});

test('a program that never comes is not waited for without end', () => {
  const { state, deliver } = target();
  deliver('SIGTERM');
  vi.advanceTimersByTime(6000);
  expect(state.sent).toEqual(['SIGTERM']);
});

test('what is gone is sent nothing', () => {
  const { state, deliver } = target();
  deliver('SIGTERM');
  state.isGone = true;
  vi.advanceTimersByTime(6000);
  deliver('SIGINT');
  expect([state.sent, vi.getTimerCount()]).toEqual([[], 0]);
});
