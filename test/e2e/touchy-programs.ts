/** Programs that would notice a clumsy probe, or a clumsy start: what they print and how they end must be the same. */
export const PROGRAMS: Readonly<Record<string, string>> = {
  'threads.py': `
import threading
print(threading.active_count(), [t.name for t in threading.enumerate()])
t = threading.Thread(target=lambda: print(threading.active_count())); t.start(); t.join()`,
  'locals.py': `
import time
def f():
    a = 1
    d = locals(); d['a'] = 5
    time.sleep(0.3)
    return d['a']
print(f())`,
  'deleted.py': `
import gc, time, weakref
class Big(list): pass
def f():
    big = Big(range(100_000)); seen = weakref.ref(big)
    time.sleep(0.2)
    del big
    time.sleep(0.2)
    return seen() is None
print(f())`,
  'fork.py': `
import os, time
pid = os.fork()
if pid == 0:
    time.sleep(0.2); os._exit(7)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))`,
  'spawn.py': `
import multiprocessing
def square(n): return n * n
if __name__ == '__main__':
    multiprocessing.set_start_method('spawn')
    with multiprocessing.Pool(2) as pool: print(pool.map(square, range(5)))`,
  'closed.py': `
import os, time
os.closerange(3, 1000)
with open('own', 'w') as own:
    fds = [os.dup(own.fileno()) for _ in range(300)]
    time.sleep(0.3)
    own.write('mine')
print(open('own').read())`,
  'handlers.py': `
import signal, os, sys
print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(9))
os.kill(os.getpid(), signal.SIGTERM)`,
  'asyncio.py': `
import asyncio
async def part(n):
    await asyncio.sleep(0.05); return n
async def main(): print(await asyncio.gather(*map(part, range(4))))
asyncio.run(main())`,
  'path.py': `import sys; print([p for p in sys.path if 'limber' in p]); sys.exit(3)`,
  'shadow.py': `
open('json.py', 'w').write('mine = 1'); open('selectors.py', 'w').write('mine = 2')
import json, selectors; print(json.mine, selectors.mine)`,
  'deep.py': `
import sys; sys.setrecursionlimit(30_000)
def down(n): return 0 if n == 0 else 1 + down(n - 1)
print(down(20_000))`,
  'traced.py': `
import sys
seen = []
sys.settrace(lambda frame, event, arg: seen.append(frame.f_code.co_name))
def f(): return 1
f(); sys.settrace(None); print(seen)`,
  'error.py': `
def f(): raise ValueError('no')
f()`,
  'daemon.py': `
import threading, time
threading.Thread(target=time.sleep, args=(60,), daemon=True).start(); print('ended')`,
  'exec.py': `import os; os.execvp('echo', ['echo', 'another program'])`,
  'stdin.py': `import sys; print(repr(sys.stdin.read()))`,
  'exit.cjs': `process.on('exit', (code) => console.log('exit', code)); process.exitCode = 4;`,
  'busy-exit.cjs': `const end = performance.now() + 700; while (performance.now() < end); process.exit(5);`,
  'busy-end.cjs': `const end = performance.now() + 700; while (performance.now() < end); console.log('ended');`,
  'thrown.cjs': `process.on('uncaughtException', (e) => { console.log(e.message); process.exit(6); }); throw new Error('no');`,
  'rejected.mjs': `await Promise.reject(new Error('no'));`,
  'await.mjs': `await new Promise((r) => setTimeout(r, 200)); console.log(import.meta.filename.endsWith('await.mjs'));`,
  'typed.ts': `const rows: number[] = [1, 2, 3]; console.log(rows.reduce((a: number, b: number) => a + b));`,
  'stream.cjs': `require('node:stream').pipeline(require('node:stream').Readable.from(['a', 'b']), process.stdout, () => {});`,
  'worker.cjs': `
const { Worker, isMainThread, parentPort } = require('node:worker_threads');
if (isMainThread) new Worker(__filename).on('message', (m) => console.log(m));
else parentPort.postMessage('from a worker');`,
  'child.cjs': `console.log(require('node:child_process').execFileSync(process.execPath, ['-p', '6 * 7']).toString());`,
  'inspector.cjs': `
const { Session } = require('node:inspector'); const s = new Session(); s.connect();
s.post('Runtime.evaluate', { expression: '6 * 7' }, (_, { result }) => console.log(result.value));`,
  'wasm.cjs': `
const bytes = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 127, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 6, 1, 4, 0, 65, 42, 11);
console.log(new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports.f());`,
  'listeners.cjs': `console.log(process.eventNames().length, process.listenerCount('exit'), process.getActiveResourcesInfo().join());`,
  'before.cjs': `let times = 0; process.on('beforeExit', () => { if (times++ < 2) setTimeout(() => console.log(times), 10); });`,
  'probe.sh': `python3 -c 'print(1 + 1)'; node -p '2 + 2' 2>/dev/null || echo 4; exit 5`,
};
