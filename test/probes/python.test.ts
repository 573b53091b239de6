import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { looksOf, probedPrograms } from './probed.ts';

/** The system's, and the oldest and a newer line where pyenv has them: locals differ since 3.13. */
const PYTHONS = ['/usr/bin/python3', ...pyenv('3.9.'), ...pyenv('3.13.')];

/** On a machine that is busy with more than the tests. */
vi.setConfig({ testTimeout: 60_000 });

const programs = probedPrograms();

function pyenv(line: string): readonly string[] {
  const folder = join(homedir(), '.pyenv/versions');
  const versions = existsSync(folder) ? readdirSync(folder) : [];
  return versions
    .filter((name) => name.startsWith(line))
    .map((name) => join(folder, name, 'bin/python3'));
}

/** Programs that would notice a clumsy probe: output and end must be the same. */
const NOTICING: Readonly<Record<string, string>> = {
  'exec.py': `import os, time; time.sleep(0.2); os.execv('/bin/echo', ['echo', 'another program'])`,
  'exec-self.py': `
import os, sys, time
time.sleep(0.1)
if len(sys.argv) > 1: print('second'); sys.exit(3)
os.execv(sys.executable, [sys.executable, __file__, 'again'])`,
  'fork.py': `
import os, sys, threading, time
r, w = os.pipe()
pid = os.fork()
if pid == 0:
    end = time.monotonic() + 0.3
    while time.monotonic() < end: pass
    os.write(w, str(threading.active_count()).encode()); os._exit(7)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), os.read(r, 9))`,
  'fork-tree.py': `
import os
def tree(depth):
    if depth == 0: return 1
    pids = []
    for _ in range(2):
        pid = os.fork()
        if pid == 0: os._exit(tree(depth - 1))
        pids.append(pid)
    return sum(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids)
print(tree(3))`,
  'exit-in-thread.py': `
import sys, threading, time
thread = threading.Thread(target=lambda: (time.sleep(0.1), sys.exit(5))); thread.start(); thread.join()
print('goes on', threading.active_count()); sys.exit(4)`,
  'hard-exit-in-thread.py': `
import os, threading, time
threading.Thread(target=lambda: (time.sleep(0.1), os._exit(5))).start()
while True: pass`,
  'daemon.py': `
import atexit, threading, time
def spin():
    while True: sum(range(1000))
for _ in range(4): threading.Thread(target=spin, daemon=True).start()
atexit.register(lambda: print('at exit', len(threading.enumerate())))
time.sleep(0.3); print('ended')`,
  'error-in-thread.py': `
import threading
def fail(): raise ValueError('in a thread')
thread = threading.Thread(target=fail, name='failing'); thread.start(); thread.join(); raise SystemExit(2)`,
  'closed.py': `
import os, time
os.closerange(3, 4096)
own = os.open('own', os.O_CREAT | os.O_TRUNC | os.O_RDWR)
held = [os.dup(own) for _ in range(300)]
end = time.monotonic() + 0.4
while time.monotonic() < end: pass
os.write(own, b'mine'); print(own, held[0], open('own').read())`,
  'closed-all.py': `
import os, time
os.closerange(0, 4096)
time.sleep(0.3)
os._exit(6)`,
  'handlers.py': `
import os, signal, sys, time
print([signal.getsignal(s) for s in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM)][1:])
seen = []
for s in (signal.SIGINT, signal.SIGALRM, signal.SIGPROF, signal.SIGCHLD): signal.signal(s, lambda n, _: seen.append(n))
signal.setitimer(signal.ITIMER_REAL, 0.05, 0.05)
end = time.monotonic() + 0.22
while time.monotonic() < end: pass
signal.setitimer(signal.ITIMER_REAL, 0)
os.kill(os.getpid(), signal.SIGINT); print(signal.SIGALRM in seen, seen[-1], set(seen) - {2, 14})
signal.signal(signal.SIGTERM, lambda *_: sys.exit(9)); os.kill(os.getpid(), signal.SIGTERM)`,
  'killed.py': `import os, signal; os.kill(os.getpid(), signal.SIGTERM)`,
  'interrupted.py': `import os, signal; os.kill(os.getpid(), signal.SIGINT)`,
  'multiprocessing.py': `
import multiprocessing, sys
def square(n): return n * n
def fail(): sys.exit(3)
if __name__ == '__main__':
    for way in ('fork', 'spawn', 'forkserver'):
        context = multiprocessing.get_context(way)
        with context.Pool(2) as pool: print(way, pool.map(square, range(5)))
        child = context.Process(target=fail); child.start(); child.join(); print(child.exitcode)`,
  'executor.py': `
import concurrent.futures
def square(n): return n * n
if __name__ == '__main__':
    for kind in (concurrent.futures.ThreadPoolExecutor, concurrent.futures.ProcessPoolExecutor):
        with kind(2) as pool: print(list(pool.map(square, range(5))))`,
  'asyncio.py': `
import asyncio, sys
async def part(n):
    await asyncio.sleep(0.05); return n
async def main():
    print(await asyncio.gather(*map(part, range(4))))
    child = await asyncio.create_subprocess_exec(sys.executable, '-c', 'print(6 * 7)', stdout=asyncio.subprocess.PIPE)
    print(await child.communicate(), child.returncode)
    try: await asyncio.wait_for(asyncio.sleep(9), 0.05)
    except asyncio.TimeoutError: print('in time')
asyncio.run(main())`,
  'thrown.py': `
import urllib.request
def ask(): urllib.request.urlopen('http://127.0.0.1:1/')
try: ask()
except OSError as error: print(error)
1 / 0`,
  'interpreters.py': `
import importlib, time
names = ('_interpreters', '_xxsubinterpreters')
for name in names:
    try: interpreters = importlib.import_module(name)
    except ImportError: continue
    for _ in range(3):
        other = interpreters.create()
        interpreters.run_string(other, 'import os, time; time.sleep(0.1); os.write(1, b"inside ")')
        interpreters.destroy(other)
    print('ended'); break`,
  'subprocess.py': `
import subprocess, sys
print(subprocess.run(['sh', '-c', 'exit 3']).returncode, subprocess.check_output(['echo', 'x']))
try: subprocess.run(['sleep', '9'], timeout=0.1)
except subprocess.TimeoutExpired as error: print(error)
subprocess.check_call(['false'])`,
  'sqlite.py': `
import sqlite3, pickle
from sqlite3 import connect, Connection, dbapi2
class Mine(sqlite3.Connection): pass
class MyCursor(sqlite3.Cursor): pass
c = connect(':memory:', 5.0)
print(type(c) is sqlite3.Connection is dbapi2.Connection is Connection, isinstance(c.cursor(), sqlite3.Cursor), isinstance(c.execute('select 1'), sqlite3.Cursor), repr(type(c.cursor())))
print(type(c), repr(c).split(' at ')[0], hasattr(c, '__dict__'), hasattr(c.cursor(), '__dict__'), connect.__doc__)
m = connect(':memory:', factory=Mine); print(type(m), type(m.cursor(MyCursor)), type(m.execute('select 1')))
for odd in (lambda: c.execute('nonsense'), lambda: c.cursor().execute(), lambda: pickle.dumps(m), lambda: connect()):
    try: odd()
    except Exception as error: print(type(error))
c.row_factory = sqlite3.Row
c.executescript('create table t(a)'); c.executemany('insert into t values (?)', [(i,) for i in range(10)]); c.commit()
with c: c.execute('insert into t values (99)')
for _ in range(1000): c.execute('select 1')
print([tuple(r) for r in c.execute('select max(a) from t').fetchall()], c.total_changes)`,
  'modules.py': `
import sys, threading, gc, signal
print(sorted(name for name in sys.modules if 'limber' not in name), [t.name for t in threading.enumerate()], sys.gettrace(), sys.getprofile(), sys.path, sys.flags)`,
};

describe('with and without a probe a program does the same', () => {
  test.for(Object.entries(NOTICING))('%s', async ([name, source]) => {
    const script = programs.write(name, `${source}\n`);
    for (const python of PYTHONS) {
      const bare = await programs.bare([python, script]);
      const { messages: _, ...probed } = await programs.probed([python, script]);
      expect(probed, python).toEqual(bare);
    }
  });
});

test('children are looked at, however they come to be', async () => {
  const source = `
import multiprocessing, os, time
def grind():
    end = time.monotonic() + 0.5
    while time.monotonic() < end: pass
if __name__ == '__main__':
    for way in ('fork', 'spawn'):
        child = multiprocessing.get_context(way).Process(target=grind); child.start(); child.join()
    if os.fork() == 0:
        grind(); os._exit(0)
    os.wait()
`;
  const script = programs.write('children.py', source);
  const { messages } = await programs.probed(['/usr/bin/python3', script]);
  const grinding = looksOf(messages).filter(({ stack }) =>
    stack.some(({ function: name }) => name === 'grind'),
  );
  expect(new Set(grinding.map(({ pid }) => pid)).size).toBe(3);
});

test('a parent is looked at again after it has forked', async () => {
  const source = `
import os, time
for _ in range(5):
    if os.fork() == 0: os._exit(0)
    os.wait()
def grind():
    end = time.process_time() + 1.5
    while time.process_time() < end: [[] for _ in range(5000)]
grind()
`;
  const script = programs.write('parent.py', source);
  for (const python of PYTHONS) {
    const { messages } = await programs.probed([python, script]);
    const grinding = looksOf(messages).filter(({ stack }) =>
      stack.some(({ function: name }) => name === 'grind'),
    );
    expect(grinding.length, python).toBeGreaterThan(1);
  }
});

test('a wait is seen after the interpreter was held for long in one go', async () => {
  const source = 'import time\ntime.sleep(0.2)\nrows = [0] * 60_000_000\ntime.sleep(0.8)\n';
  const { messages } = await programs.probed([PYTHONS[0]!, programs.write('held.py', source)]);
  const waiting = looksOf(messages).filter(({ state }) => state === 'waiting');
  expect(waiting.flatMap(({ stack }) => stack.map(({ line }) => line))).toContain(4);
});

test('a program that closes every descriptor is looked at as before', async () => {
  const source = `
import os, time
os.closerange(3, 4096)
closed = time.monotonic()
end = closed + 0.6
while time.monotonic() < end: pass
print(closed)
`;
  const script = programs.write('closes.py', source);
  for (const python of PYTHONS) {
    const { messages, stdout } = await programs.probed([python, script]);
    const after = looksOf(messages).filter(({ atSeconds }) => atSeconds > Number(stdout));
    expect(after.length, python).toBeGreaterThan(1);
  }
});

test('statements of a database in C are told when they take long', async () => {
  const source = `
import sqlite3, sys
connection = sqlite3.connect(':memory:')
count = 'with recursive n(i) as (select 1 union all select i + 1 from n where i < %d) select count(*) from n'
for _ in range(50): connection.execute(count % 2)
print(connection.execute(count % 3_000_000).fetchone()[0])
try: connection.execute('nonsense')
except sqlite3.OperationalError: pass
`;
  const script = programs.write('statements.py', source);
  for (const python of PYTHONS) {
    const { messages, stdout } = await programs.probed([python, script]);
    expect(stdout).toBe('3000000\n');
    const calls = messages.flatMap((message) => (message.kind === 'call' ? [message.call] : []));
    const target = 'local (sqlite3)';
    expect(calls[0], python).toMatchObject({ kind: 'database', target });
    expect(Math.max(...calls.map(({ seconds = 0 }) => seconds))).toBeGreaterThan(0.05);
    expect(calls.at(-1)).toMatchObject({ target, error: 'OperationalError' });
    // What was brief was not worth a word, on a machine that is not too busy.
    expect(calls.length).toBeLessThan(30);
    const underWay = looksOf(messages).flatMap((look) => look.calls ?? []);
    expect(underWay.map((call) => call.target)).toContain(target);
  }
});

/** A server and two clients in one event loop, one of them idle; each answer takes 0.3 s. */
const STREAMS = `
import asyncio, socket
async def answer(reader, writer):
    while await reader.readline():
        await asyncio.sleep(0.3); writer.write(b'answer\\n')
    writer.close()
async def ask(port):
    reader, writer = await asyncio.open_connection('127.0.0.1', port)
    for _ in range(2):
        writer.write(b'question\\n'); await reader.readline()
    await asyncio.sleep(0.3)
    return writer
async def ask_below(port):
    client = socket.socket(); client.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(client, ('127.0.0.1', port))
    await loop.sock_sendall(client, b'question\\n'); await loop.sock_recv(client, 100)
    client.close()
async def main():
    server = await asyncio.start_server(answer, '127.0.0.1', 0)
    port = server.sockets[0].getsockname()[1]
    print(port)
    for client in (await ask(port), await ask(port)): client.close()
    await ask_below(port)
asyncio.run(main())
`;

test('an answer that a coroutine awaits is a call, an idle connection and those of a server are none', async () => {
  const script = programs.write('streams.py', STREAMS);
  for (const python of PYTHONS) {
    const { messages, stdout, stderr } = await programs.probed([python, script]);
    const target = `127.0.0.1:${stdout.trim()}`;
    const ended = messages.flatMap((message) =>
      message.kind === 'call' && (message.call.seconds ?? 0) > 0.15 ? [message.call] : [],
    );
    // Of the last one nobody may look after it has ended; a busy machine may miss one more.
    expect(ended.length, `${python} ${stderr}`).toBeGreaterThanOrEqual(3);
    expect(new Set(ended.map((call) => `${call.kind} ${call.target}`))).toEqual(
      new Set([`socket ${target}`]),
    );
    // `answer` and its newline; a connection that was closed before the next look tells no more.
    const bytes = ended.map((call) => call.bytes);
    expect(bytes.filter((count) => count === 7).length).toBeGreaterThan(0);
    expect(bytes.filter((count) => count !== undefined && count !== 7)).toEqual([]);
    const underWay = looksOf(messages).map(({ calls = [] }) => calls);
    expect(Math.max(...underWay.map((calls) => calls.length))).toBe(1);
    expect(new Set(underWay.flat().map(({ id }) => id)).size).toBeGreaterThanOrEqual(4);
  }
});

test('what a call raises has the traceback that it has without a probe', async () => {
  const source = `
import socket, sqlite3, threading, urllib.request
def ask(): urllib.request.urlopen('http://127.0.0.1:1/')
for thread in (threading.Thread(target=ask), threading.Thread(target=lambda: socket.create_connection(('127.0.0.1', 1)))):
    thread.start(); thread.join()
def query(): sqlite3.connect(':memory:').cursor().execute('nonsense')
query()
`;
  const script = programs.write('raised.py', source);
  // What is raised again before 3.11 gets the frame back that was taken off.
  for (const python of PYTHONS.filter((path) => !path.includes('/3.9.'))) {
    const { stderr } = await programs.bare([python, script]);
    expect((await programs.probed([python, script])).stderr).toBe(stderr);
    expect(stderr).toContain('Connection refused');
    expect(stderr).toContain('OperationalError');
  }
});

/** Whatever of its own a program could notice that somebody asks for. */
const ASKED = `
import io, time
asked = []
class Kind(type):
    __name__ = property(lambda cls: asked.append('name') or 'ndarray')
    __module__ = property(lambda cls: asked.append('module') or 'numpy')
    def __eq__(cls, other): asked.append('eq'); return False
    def __hash__(cls): asked.append('hash'); return 1
class Odd(metaclass=Kind):
    nbytes = property(lambda self: asked.append('nbytes') or 10 ** 9)
class Pretends:
    __dict__ = property(lambda self: asked.append('dict') or {'n': 10})
    n = 10
class Rows:
    def __iter__(self): return iter(range(10))
    def __getattr__(self, name): asked.append(name); raise AttributeError(name)
class Source(io.RawIOBase):
    left = 5
    def readable(self): return True
    def readinto(self, into): self.left -= 1; spin(); into[:2] = b'x\\n'; return 2 if self.left else 0
    def fileno(self): asked.append('fileno'); return 0
def spin():
    end = time.monotonic() + 0.06
    while time.monotonic() < end: pass
def count(odd, limit):
    k = 0
    while k < limit.n: k += 1; spin()
def rows(over):
    for row in over: spin()
odd = [Odd() for _ in range(1000)]; file = io.TextIOWrapper(io.BufferedReader(Source()))
globals()[7] = 'no name'; asked.clear()
count(Odd(), Pretends()); rows(Rows()); rows(file)
print(asked)
`;

test('nothing of a program is called, whatever its classes pretend to be', async () => {
  const script = programs.write('asked.py', ASKED);
  const first = (text: string) => ASKED.split('\n').findIndex((line) => line.includes(text)) + 1;
  const loops = [
    { ...range(first('while k'), 'count'), kind: 'while', variable: 'k', to: { name: 'limit.n' } },
    { ...range(first('for row'), 'rows'), kind: 'each', variable: 'row', over: 'over' },
  ];
  programs.write('plan.json', JSON.stringify({ v: 1, files: { 'asked.py': { loops } } }));
  for (const python of PYTHONS) {
    const { messages, stdout } = await programs.probed([python, script]);
    expect(stdout, python).toBe('[]\n');
    expect(looksOf(messages).length).toBeGreaterThan(3);
  }
});

const range = (line: number, within: string) => ({ first: line, last: line, function: within });

test('a call within a call is one, and an answer tells its size', async () => {
  const source = `
import http.server, subprocess, threading, urllib.request
class Answers(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.send_header('Content-Length', '4000'); self.end_headers(); self.wfile.write(b'x' * 4000)
    def log_message(self, *_): pass
server = http.server.HTTPServer(('127.0.0.1', 0), Answers)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(len(urllib.request.urlopen('http://127.0.0.1:%d/' % server.server_port).read()))
print(subprocess.run(['sh', '-c', 'sleep 0.2; echo here'], capture_output=True, text=True).stdout)
`;
  const script = programs.write('calls.py', source);
  for (const python of PYTHONS) {
    const { messages, stdout } = await programs.probed([python, script]);
    expect(stdout).toBe('4000\nhere\n\n');
    const calls = messages.flatMap((message) => (message.kind === 'call' ? [message.call] : []));
    const ended = calls.filter(({ seconds }) => seconds !== undefined);
    expect(ended.filter(({ kind }) => kind === 'http')).toMatchObject([{ bytes: 4000 }]);
    // Its output is waited for, then its end.
    const [output, end] = ended.filter(({ target }) => target === 'sh');
    expect([output!.bytes, end!.bytes]).toEqual(['here\n'.length, undefined]);
    expect(end!.since).toBeGreaterThanOrEqual(output!.since + output!.seconds! - 0.001);
  }
});

test('what a container holds counts where it is large, and once', async () => {
  const source = `
import time
kept = [bytes(10_000_000) for _ in range(3)]
same = [bytes(10_000)] * 10_000
end = time.monotonic() + 0.4
while time.monotonic() < end: pass
`;
  const script = programs.write('few.py', source);
  for (const python of PYTHONS) {
    const { messages } = await programs.probed([python, script]);
    const { containers } = looksOf(messages).at(-1)!;
    const kept = containers.find(({ name }) => name === 'kept');
    expect(kept, python).toMatchObject({ kind: 'list', length: 3 });
    expect(kept!.bytes).toBeCloseTo(30_000_000, -4);
    // One that is there ten thousand times.
    expect(containers.find(({ name }) => name === 'same')!.bytes).toBeLessThan(100_000);
  }
});
