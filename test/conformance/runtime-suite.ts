import { closeSync, existsSync, openSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, type TestContext } from 'vitest';
import type { Allocation } from '#model/allocation.ts';
import type { Exit, Instance } from '#model/instance.ts';
import type { KeptOutput, LaunchSpec } from '#model/launch.ts';
import type { Launched, Runtime } from '#runtimes/types.ts';

/** Parts of the contract that not every kind of instance can have, and why one has not. */
export type Lacks = Readonly<
  Partial<Record<'standstill' | 'refused-forks' | 'hint-socket' | 'state-folder', string>>
>;

/** What a runtime under test must offer the suite. */
export type Subject = {
  readonly runtime: Runtime;
  /** A second runtime object on the same machine: what a controller that comes back would have. */
  readonly successor: () => Runtime;
  /** Names of everything that an instance leaves on the machine while it exists. */
  readonly residue: () => Promise<readonly string[]>;
  readonly spec: (argv: readonly string[], change?: Partial<LaunchSpec>) => LaunchSpec;
  /** Where output is kept, anew at each call. */
  readonly kept: () => KeptOutput;
  /** Where the runtime keeps what it knows of an instance. */
  readonly stateFolder: (id: string) => string;
  /** One that works in `folder` itself. */
  readonly inPlace: (argv: readonly string[]) => { folder: string; spec: LaunchSpec };
  /** Makes the instance look as if its controller had been killed. */
  readonly forgetController: (id: string) => Promise<void>;
  readonly close: () => Promise<void>;
};

const MIB = 2 ** 20;
const PROBES = fileURLToPath(new URL('../../probes', import.meta.url));
const NO_FILES = { folder: PROBES, files: {} };
export const SMALL: Allocation = {
  cpuCores: 0.5,
  memoryBytes: 64 * MIB,
  ingressBitsPerSecond: 0,
  egressBitsPerSecond: 0,
};

/** The contract of a runtime: the same for process, microvm and kubernetes. */
export function describeRuntime(
  name: string,
  open: (context: TestContext) => Promise<Subject>,
  lacks: Lacks = {},
): void {
  /** What an instance of this kind has not is not asked of it. */
  const testOf = (feature: keyof Lacks) =>
    lacks[feature] === undefined ? test : (_title: string, _body: () => Promise<void>) => {};

  describe(`runtime ${name}`, () => {
    let subject: Subject;
    /** Nothing was opened where the test is skipped. */
    let close = () => Promise.resolve();
    const running: Instance[] = [];

    beforeEach(async (context) => {
      subject = await open(context);
      close = subject.close;
    });
    afterEach(async () => {
      for (const instance of running.splice(0)) await instance.release();
      await close();
    });

    async function launch(
      argv: readonly string[],
      change?: Partial<LaunchSpec>,
    ): Promise<Launched> {
      const launched = await subject.runtime.launch(subject.spec(argv, change));
      running.push(launched.instance);
      return launched;
    }

    async function output(
      launched: Launched,
    ): Promise<{ stdout: string; stderr: string; exit: Exit }> {
      const [stdout, stderr] = await Promise.all([
        collect(launched.output.stdout),
        collect(launched.output.stderr),
      ]);
      return { stdout, stderr, exit: await launched.instance.exited };
    }

    test('passes output byte for byte and the exit code', async () => {
      const program = 'printf "a\\000b\\377"; printf oops >&2; exit 7';
      const { stdout, stderr, exit } = await output(await launch(['sh', '-c', program]));
      expect(Buffer.from(stdout, 'latin1')).toEqual(Buffer.from([0x61, 0, 0x62, 0xff]));
      expect(stderr).toBe('oops');
      expect(exit).toMatchObject({ started: true, exitCode: 7, memoryExhausted: false });
    });

    test('hands words and variables on as they are', async () => {
      const words = ['a$$b', '$(HOME)', '$HOME', '$'];
      const { env } = subject.spec([]);
      const launched = await launch(['sh', '-c', 'printf "%s\\n" "$@" "$ODD"', 'sh', ...words], {
        env: { ...env, ODD: '$$(HOME)$' },
      });
      const { stdout } = await output(launched);
      expect(stdout.split('\n').slice(0, -1)).toEqual([...words, '$$(HOME)$']);
    });

    test('tells the signal that ended the program', async () => {
      const { exit } = await output(await launch(['sh', '-c', 'kill -SEGV $$']));
      expect(exit).toMatchObject({ started: true, signal: 'SIGSEGV' });
    });

    test('says when the command cannot be executed inside', async () => {
      const { exit } = await output(await launch(['/no/such/program']));
      expect(exit.started).toBe(false);
    });

    test('delivers a signal to the program and lets it answer', async () => {
      const program = 'trap "echo got; exit 3" INT; echo ready; while :; do sleep 0.05; done';
      const launched = await launch(['sh', '-c', program]);
      let stdout = '';
      launched.output.stdout?.on('data', (chunk) => (stdout += String(chunk)));
      launched.output.stderr?.resume();
      await until(() => stdout === 'ready\n', 60_000);
      launched.instance.signal('SIGINT');
      const { exitCode } = await launched.instance.exited;
      await until(() => stdout === 'ready\ngot\n');
      expect(exitCode).toBe(3);
    });

    test('a signal that comes before the program reaches it', async () => {
      const launched = await launch(['sleep', '1000']);
      launched.instance.signal('SIGTERM');
      launched.output.stdout?.resume();
      launched.output.stderr?.resume();
      expect(await launched.instance.exited).toMatchObject({ signal: 'SIGTERM', exitCode: 143 });
    });

    test('kills everything that the program started', async () => {
      const launched = await launch([
        'sh',
        '-c',
        'trap "" TERM; sleep 1000 & setsid sleep 1000 & wait',
      ]);
      await sleep(200);
      launched.instance.kill();
      const exit = await launched.instance.exited;
      expect(exit.exitCode ?? 137).toBe(137);
    });

    test('has the first allocation in force before the first instruction', async () => {
      const launched = await launch(['sleep', '1000']);
      expect(launched.instance.allocation()).toEqual(SMALL);
    });

    test('counts the CPU that is used and the time it was held back', async () => {
      const launched = await launch(['sh', '-c', 'while :; do :; done']);
      const { instance } = launched;
      await until(
        () => instance.sample(performance.now()) && instance.reading.throttledUsecTotal > 2e5,
      );
      expect(instance.reading.cpuUsecTotal).toBeGreaterThan(1e5);
    });

    test('changes CPU while the program runs, and reads back what is in force', async () => {
      const { instance } = await launch(['sh', '-c', 'while :; do :; done']);
      const more = await instance.resize({ ...SMALL, cpuCores: 0.9 });
      expect(more).toMatchObject({ state: 'applied', actual: { cpuCores: 0.9 } });
      const less = await instance.resize({ ...SMALL, cpuCores: 0.2 });
      expect(less).toMatchObject({ state: 'applied', actual: { cpuCores: 0.2 } });
      expect(instance.allocation().cpuCores).toBe(0.2);
    });

    test('grows memory under a program that needs it, without killing it', async () => {
      const launched = await launch(['python3', '-c', grow(200)], {
        initial: { ...SMALL, memoryBytes: 32 * MIB },
        maxMemoryBytes: 512 * MIB,
      });
      const { instance } = launched;
      const finished = output(launched);
      let ended = false;
      void instance.exited.then(() => (ended = true));
      let bytes = 32 * MIB;
      while (!ended) {
        await sleep(10);
        if (!instance.sample(performance.now())) continue;
        if (!instance.reading.memoryStalled && instance.reading.memoryBytes < bytes * 0.8) continue;
        bytes = Math.min(512 * MIB, bytes * 1.5);
        await instance.resize({ ...SMALL, memoryBytes: bytes });
      }
      const { stdout, exit } = await finished;
      expect(stdout).toBe('grown\n');
      expect(exit).toMatchObject({ exitCode: 0, memoryExhausted: false });
      expect(instance.reading.memoryPeakBytes).toBeGreaterThan(200 * MIB);
    });

    test('shrinks memory that the program gave back', async () => {
      const { instance } = await launch(['sleep', '1000'], {
        initial: { ...SMALL, memoryBytes: 256 * MIB },
      });
      const outcome = await instance.resize({ ...SMALL, memoryBytes: 48 * MIB });
      expect(outcome).toMatchObject({ state: 'applied', actual: { memoryBytes: 48 * MIB } });
    });

    testOf('standstill')(
      'stands still when the node is short of memory, goes on, and can be ended',
      async () => {
        const { instance } = await launch(['sh', '-c', 'while :; do :; done']);
        const usedUsec = (): number => {
          instance.sample(performance.now());
          return instance.reading.cpuUsecTotal;
        };
        const runs = async (): Promise<boolean> => {
          const before = usedUsec();
          await sleep(300);
          return usedUsec() > before + 1_000;
        };
        await until(() => usedUsec() > 0);
        instance.standstill?.freeze();
        await sleep(100);
        expect(await runs()).toBe(false);
        instance.standstill?.thaw();
        expect(await runs()).toBe(true);
        instance.standstill?.freeze();
        instance.kill();
        expect((await instance.exited).exitCode ?? 137).toBe(137);
      },
    );

    test('bounds the number of processes', async () => {
      const program = 'for i in $(seq 50); do sleep 30 & done; wait';
      const launched = await launch(['sh', '-c', program], { maxProcesses: 16 });
      const { exit, stderr } = await output(launched);
      expect(exit.exitCode).not.toBe(0);
      expect(stderr).toMatch(/fork/i);
      if (lacks['refused-forks'] !== undefined) return;
      expect(launched.instance.reading.forksRefusedTotal).toBeGreaterThan(0);
    });

    test('gives a private /tmp of the size asked for and says when it is full', async () => {
      const program = 'dd if=/dev/zero of=/tmp/big bs=1M count=64 2>/dev/null; exit $?';
      const { exit } = await output(await launch(['sh', '-c', program], { tmpBytes: 8 * MIB }));
      expect(exit.exitCode).toBe(1);
      expect(exit.tmp?.usedBytes).toBe(exit.tmp?.sizeBytes);
    });

    test('tells the program its allocation', async () => {
      const launched = await launch(['sh', '-c', 'sleep 0.5; cat /run/limber/allocation.json']);
      launched.instance.publish('computing');
      const { stdout } = await output(launched);
      expect(JSON.parse(stdout)).toMatchObject({
        memoryBytes: SMALL.memoryBytes,
        activity: 'computing',
      });
    });

    test('hears what is said inside from the first word on, and nothing where no probe is', async () => {
      const program = 'echo one >/run/limber/probe; printf "two\\nthree\\n" >/run/limber/probe';
      const { instance } = await launch(['sh', '-c', program], { probe: NO_FILES });
      const heard = hear(instance);
      await until(() => heard.length === 3);
      expect(heard).toEqual(['one', 'two', 'three']);
      const { stdout } = await output(await launch(['ls', '/run/limber']));
      expect(stdout.split('\n')).not.toContain('probe');
      expect(stdout).not.toContain('hints');
    });

    test('shows probes their folder and their files', async () => {
      const probe = { ...NO_FILES, files: { 'plan.json': '{"v":1}' } };
      const program =
        'cat /run/limber/plan.json; ls /run/limber/probes; touch /run/limber/probes/x';
      const { stdout, exit } = await output(await launch(['sh', '-c', program], { probe }));
      expect(stdout).toMatch(/^\{"v":1\}/);
      expect(stdout).toContain('process-shim.sh');
      expect(exit.exitCode).not.toBe(0);
    });

    test('a flood of messages holds nobody up, and what follows is heard', async () => {
      const flood =
        'yes "$(head -c 70 /dev/zero | tr "\\0" x)" | head -c 10000000 >/run/limber/probe';
      const program = `${flood} & while :; do echo end >/run/limber/probe; sleep 0.05; done`;
      const { instance } = await launch(['sh', '-c', program], { probe: NO_FILES });
      let bytes = 0;
      let heardEnd = false;
      instance.onMessage((line) => {
        bytes += line.length;
        heardEnd ||= line === 'end';
      });
      const startedMs = performance.now();
      await until(() => heardEnd && bytes > 100_000);
      // 200 lines of 70 bytes in 100 ms, and what one window may run over.
      const windows = (performance.now() - startedMs) / 100 + 2;
      expect(bytes).toBeLessThan(windows * 200 * 71);
      expect(instance.sample(performance.now())).toBe(true);
    });

    testOf('hint-socket')('answers at the socket, and tells of resizes there', async () => {
      const { instance, output: streams } = await launch(['python3', '-c', TALK], {
        probe: NO_FILES,
      });
      instance.publish('computing');
      instance.onMessage((line, answer) => answer?.(`heard ${line}`));
      const said = lines(streams.stdout);
      expect(await said.next()).toMatchObject({ value: 'heard hello' });
      const first = await said.next();
      expect(JSON.parse(String(first.value))).toMatchObject({
        kind: 'allocation',
        allocation: { cpuCores: SMALL.cpuCores },
      });
      await instance.resize({ ...SMALL, cpuCores: 0.7 });
      instance.publish('computing');
      const second = await said.next();
      expect(JSON.parse(String(second.value))).toMatchObject({ allocation: { cpuCores: 0.7 } });
    });

    testOf('hint-socket')(
      'whoever connects without end, never reads or talks garbage is let go',
      async () => {
        const launched = await launch(['python3', '-c', NUISANCE], { probe: NO_FILES });
        const heard: string[] = [];
        launched.instance.onMessage((line, answer) => {
          heard.push(line);
          answer?.('heard');
        });
        const finished = output(launched);
        let told = 0;
        let ended = false;
        void launched.instance.exited.then(() => (ended = true));
        while (!ended) {
          launched.instance.publish('computing');
          if (++told % 50 === 0) await sleep(1);
        }
        expect((await finished).stdout).toBe('let go\n');
        expect(new Set(heard)).toEqual(new Set(['fine']));
      },
    );

    test('leaves nothing behind after release', async () => {
      const before = await subject.residue();
      const launched = await launch(['sh', '-c', 'sleep 1000 & exit 0']);
      expect((await subject.residue()).length).toBeGreaterThan(before.length);
      await launched.instance.exited;
      await launched.instance.release();
      expect(await subject.residue()).toEqual(before);
    });

    test('is adopted by a later controller, which gets the exit code', async () => {
      const launched = await launch(['sh', '-c', 'sleep 1; exit 5']);
      const { id } = launched.instance;
      await subject.forgetController(id);
      const adopted = await subject.successor().adopt(id);
      expect(adopted?.allocation()).toMatchObject({ cpuCores: 0.5, memoryBytes: 64 * MIB });
      const outcome = await adopted?.resize({ ...SMALL, memoryBytes: 96 * MIB });
      expect(outcome?.actual.memoryBytes).toBe(96 * MIB);
      expect(await adopted?.exited).toMatchObject({ exitCode: 5 });
      await adopted?.release();
    });

    test('keeps its output when its controller is gone, to the last byte', async () => {
      const kept = subject.kept();
      const program = 'echo early; sleep 0.5; echo late; echo oops >&2; exit 3';
      const { instance, output: streams } = await launch(['sh', '-c', program], { kept });
      expect(streams).toEqual({ stdout: null, stderr: null });
      await subject.forgetController(instance.id);
      const successor = subject.successor();
      expect(await successor.sweep()).toEqual([]);
      expect((await successor.orphans()).map(({ id }) => id)).toEqual([instance.id]);
      const adopted = await successor.adopt(instance.id);
      expect(await adopted?.exited).toMatchObject({ exitCode: 3 });
      expect(readFileSync(kept.stdoutPath, 'utf8')).toBe('early\nlate\n');
      expect(readFileSync(kept.stderrPath, 'utf8')).toBe('oops\n');
      await adopted?.release();
    });

    test('keeps no more output than it may', async () => {
      const kept = { ...subject.kept(), maxBytes: 10_000 };
      const { instance } = await launch(['sh', '-c', 'yes; exit 3'], { kept });
      await instance.exited;
      const { size } = statSync(kept.stdoutPath);
      expect(size).toBeGreaterThan(10_000);
      expect(size).toBeLessThan(12_000);
    });

    testOf('state-folder')(
      'output whose pipe was handed elsewhere does not hold up the end',
      async () => {
        const kept = subject.kept();
        const { instance } = await launch(['sh', '-c', 'echo pid; sleep 1; exit 4'], { kept });
        const holder = openSync(`${subject.stateFolder(instance.id)}/stdout`, 'r+');
        expect(await instance.exited).toMatchObject({ exitCode: 4 });
        closeSync(holder);
        expect(readFileSync(kept.stdoutPath, 'utf8')).toBe('pid\n');
      },
    );

    test('takes input while it runs, also from the controller that adopted it', async () => {
      const kept = subject.kept();
      const { instance } = await launch(['cat'], { kept, stdin: 'open' });
      expect(await instance.input?.write(Buffer.from('one '))).toBe(true);
      await subject.forgetController(instance.id);
      const adopted = await subject.successor().adopt(instance.id);
      expect(await adopted?.input?.write(Buffer.from('two'))).toBe(true);
      await instance.input?.end();
      await adopted?.input?.end();
      expect(await adopted?.exited).toMatchObject({ exitCode: 0 });
      expect(readFileSync(kept.stdoutPath, 'utf8')).toBe('one two');
      expect(await adopted?.input?.write(Buffer.from('late'))).toBe(false);
      await adopted?.release();
    });

    test('works in the very folder that it was given, and leaves its files there', async () => {
      const { folder, spec } = subject.inPlace(['sh', '-c', 'cat in.txt; pwd; echo new >out.txt']);
      writeFileSync(`${folder}/in.txt`, 'given\n');
      const launched = await subject.runtime.launch(spec);
      running.push(launched.instance);
      const { stdout } = await output(launched);
      expect(stdout).toBe('given\n/work\n');
      expect(readFileSync(`${folder}/out.txt`, 'utf8')).toBe('new\n');
    });

    test('is heard by the controller that adopted it', async () => {
      const program = 'while :; do echo on >/run/limber/probe; sleep 0.05; done';
      const { instance } = await launch(['sh', '-c', program], { probe: NO_FILES });
      await subject.forgetController(instance.id);
      const adopted = await subject.successor().adopt(instance.id);
      const heard = hear(adopted!);
      await until(() => heard.includes('on'));
      await adopted?.release();
    });

    test('is swept when its controller is gone, with what still runs in it', async () => {
      const before = await subject.residue();
      const launched = await launch(['sleep', '1000']);
      await subject.forgetController(launched.instance.id);
      const swept = await subject.successor().sweep();
      expect(swept.map(({ id }) => id)).toEqual([launched.instance.id]);
      await launched.instance.exited;
      expect(await subject.residue()).toEqual(before);
    });

    test('does not sweep what has a controller', async () => {
      const launched = await launch(['sleep', '1000']);
      expect(await subject.successor().sweep()).toEqual([]);
      expect(launched.instance.sample(performance.now())).toBe(true);
    });

    test('gives each run a world of its own', async () => {
      const write = await output(
        await launch(['sh', '-c', 'echo secret > /tmp/mark; echo secret > mark']),
      );
      expect(write.exit.exitCode).toBe(0);
      const read = await output(await launch(['sh', '-c', 'cat /tmp/mark mark 2>/dev/null']));
      expect(read.stdout).toBe('');
      expect(existsSync('/tmp/mark')).toBe(false);
    });
  });
}

function hear(instance: Instance): readonly string[] {
  const heard: string[] = [];
  instance.onMessage((line) => void heard.push(line));
  return heard;
}

const TALK = `
import socket
s = socket.socket(socket.AF_UNIX); s.connect('/run/limber/hints')
s.sendall(b'hello\\n')
f = s.makefile()
print(f.readline(), end='', flush=True)
s.sendall(b'{"v": 1, "kind": "watch"}\\n')
for line in f: print(line, end='', flush=True)
`;

/** Watches without reading until it is disconnected, connects in a loop, and then behaves. */
const NUISANCE = `
import socket, time
def connect():
    s = socket.socket(socket.AF_UNIX); s.settimeout(10)
    while True:
        try: s.connect('/run/limber/hints'); return s
        except OSError: time.sleep(0.05)
deaf = connect(); deaf.sendall(b'{"v":1,"kind":"watch"}\\n')
time.sleep(2)
try:
    while deaf.recv(1 << 16): pass
except ConnectionError: pass
for _ in range(500):
    try: s = socket.socket(socket.AF_UNIX); s.connect('/run/limber/hints'); s.close()
    except OSError: pass
def answered():
    s = connect()
    try:
        s.sendall(b'\\xff\\xfe\\n' + b'x' * 100000 + b'\\nfine\\n')
        return s.recv(100)
    except OSError: return b''
while answered() != b'heard\\n': pass
print('let go')
`;

async function* lines(stream: NodeJS.ReadableStream | null): AsyncGenerator<string> {
  if (stream) yield* createInterface({ input: stream });
}

function grow(megabytes: number): string {
  return `a=[bytearray(1048576) for _ in range(${megabytes})]; print('grown')`;
}

async function collect(stream: NodeJS.ReadableStream | null): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream ?? []) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('latin1');
}

async function until(condition: () => boolean, deadlineMs = 20_000): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (!condition()) {
    if (performance.now() > end) throw new Error('the condition did not come true in time');
    await sleep(10);
  }
}
