import { expect } from 'vitest';
import { test } from './box.ts';

test('a child that left without a word: its parent is seen to wait', async ({ box }) => {
  const source = `
import os, time
def think():
    end = time.process_time() + 0.4
    while time.process_time() < end:
        sum(range(2000))
def rest(child):
    os.waitpid(child, 0)
    time.sleep(1.5)
child = os.fork()
if child == 0:
    think()
    os._exit(0)
rest(child)
`;
  const { summary } = await box.run(['--max-cpu', '1', box.write('child.py', source)]);
  const secondsIn = (activity: string, place: string) =>
    (summary?.phases ?? [])
      .filter((phase) => phase.activity === activity && phase.place.includes(place))
      .reduce((sum, { seconds }) => sum + seconds, 0);
  expect(secondsIn('computing', ':think:')).toBeGreaterThan(0.1);
  expect(secondsIn('waiting', ':rest:')).toBeGreaterThan(1);
  expect(secondsIn('waiting', ':think:')).toBeLessThan(0.5);
});
