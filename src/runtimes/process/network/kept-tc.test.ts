import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KeptTc } from './kept-tc.ts';
import { SKIP_REASON, run, until } from './network-testbed.ts';
import { createShaper } from './shaper.ts';
import { tbfCommand, tbfFor, type TbfReading } from './tbf.ts';

const NETNS = `kept-tc-${process.pid}`;
const SHAPED = { device: 'one', handle: '1:' };

describe.skipIf(SKIP_REASON)(`a kept tc ${SKIP_REASON ?? ''}`, () => {
  beforeAll(() => {
    run('ip', ['netns', 'add', NETNS]);
    run(
      'ip',
      ['-n', NETNS, '-batch', '-'],
      'link add name one type veth peer name two\nlink set dev one up\n',
    );
    run('tc', [
      '-n',
      NETNS,
      'qdisc',
      'add',
      ...tbfCommand('one', '1:', tbfFor(8e6)).split(' ').slice(2),
    ]);
    run('tc', [
      '-n',
      NETNS,
      'qdisc',
      'add',
      ...tbfCommand('two', '2:', tbfFor(16e6)).split(' ').slice(2),
    ]);
  });

  afterAll(() => run('ip', ['netns', 'del', NETNS]));

  function ask(tc: KeptTc, question: { device: string; handle: string; change?: string }) {
    return new Promise<TbfReading | undefined>((resolve, reject) => {
      tc.ask({ ...question, answered: resolve, failed: (problem) => reject(new Error(problem)) });
    });
  }

  test('many questions at once get their own answers', async () => {
    const tc = new KeptTc(NETNS);
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        ask(tc, n % 2 ? { device: 'two', handle: '2:' } : SHAPED),
      ),
    );
    expect(answers.map((answer) => answer?.bitsPerSecond)).toEqual(
      Array.from({ length: 40 }, (_, n) => (n % 2 ? 16e6 : 8e6)),
    );
    await tc.close();
  });

  test('a device that is not there fails its own question only', async () => {
    const tc = new KeptTc(NETNS);
    await expect(ask(tc, { device: 'gone', handle: '1:' })).rejects.toThrow(
      /Cannot find device "gone"/,
    );
    expect(await ask(tc, SHAPED)).toMatchObject({ handle: '1:' });
    await tc.close();
  });

  test('a device without a shaper answers undefined', async () => {
    const tc = new KeptTc(NETNS);
    expect(await ask(tc, { device: 'lo', handle: '1:' })).toBeUndefined();
    await tc.close();
  });

  test("answers out of step are nobody's: all fail, and the next question is answered again", async () => {
    const tc = new KeptTc(NETNS);
    const results = await Promise.allSettled([
      ask(tc, { device: 'two', handle: '1:' }),
      ask(tc, SHAPED),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await ask(tc, SHAPED)).toMatchObject({ bitsPerSecond: 8e6 });
    await tc.close();
  });

  test('one that was killed is started again; what it was asked fails', async () => {
    const tc = new KeptTc(NETNS);
    await ask(tc, SHAPED);
    const firstPid = tc.pid!;
    process.kill(firstPid, 'SIGKILL');
    await expect(ask(tc, SHAPED)).rejects.toThrow();
    let answer: TbfReading | undefined;
    await until(() => {
      if (!answer)
        ask(tc, SHAPED).then(
          (reading) => (answer = reading),
          () => undefined,
        );
      return answer !== undefined;
    }, 'an answer of the next tc');
    expect(tc.pid).not.toBe(firstPid);
    await tc.close();
    await expect(ask(tc, SHAPED)).rejects.toThrow();
  });

  test('a refused change is explained with what tc said', async () => {
    const tc = new KeptTc(NETNS);
    const shaper = createShaper({ tc, device: 'one', handle: '1:', onBacklog: () => undefined });
    expect(await shaper.setRate(24e6)).toBe(24e6);
    const missing = createShaper({
      tc,
      device: 'missing',
      handle: '1:',
      onBacklog: () => undefined,
    });
    await expect(missing.setRate(1e6)).rejects.toThrow(/Cannot find device "missing"/);
    run('tc', ['-n', NETNS, 'qdisc', 'replace', 'dev', 'two', 'root', 'handle', '1:', 'pfifo']);
    const other = createShaper({ tc, device: 'two', handle: '1:', onBacklog: () => undefined });
    await expect(other.setRate(1e6)).rejects.toThrow(/must match existing/);
    expect(await shaper.readRate()).toBe(24e6);
    await tc.close();
  });

  test('polls do not pile up while an answer is on its way', async () => {
    const tc = new KeptTc(NETNS);
    let answers = 0;
    const shaper = createShaper({
      tc,
      device: 'one',
      handle: '1:',
      onBacklog: () => (answers += 1),
    });
    for (let n = 0; n < 100; n++) shaper.poll();
    await until(() => answers === 1, 'an answer');
    await delay(20);
    expect(answers).toBe(1);
    shaper.poll();
    await until(() => answers === 2, 'the next answer');
    await tc.close();
  });
});
