import { setTimeout as sleep } from 'node:timers/promises';
import type { Server, View } from './server.ts';

export type Node = {
  readonly warm: {
    readonly memoryBytes: number;
    readonly languages: readonly {
      readonly language: string;
      readonly ready: number;
      readonly starting: number;
      readonly warmStarts: number;
    }[];
  };
};

/** What a start changes beyond doubt: arguments, environment, input, modules, the way to the script. */
export const STARTS: Readonly<Record<string, string>> = {
  'facts.py': `
import builtins, json, os, sys
env = {k: v for k, v in os.environ.items() if k != 'LIMBER_EXECUTION'}
print(sys.argv, sys.orig_argv[1:], __name__, __file__, sys.path, list(env.items()))
print(os.getcwd(), os.listdir('.'), os.listdir('/tmp'), os.getuid(), sorted(os.listdir('/proc/self/fd')))
print(sys.flags, sys.stdin.encoding, sys.stdin.isatty(), sys.stdin.seekable(), sys.stdout.line_buffering)
print(sorted(sys.modules), sorted(vars(builtins)), sorted(globals()), os.environb[b'GIVEN'])
print(os.popen('echo $GIVEN $LIMBER_WARM; env | sed s/LIMBER_EXECUTION=.*// | sort').read(), os.path.isfile('/run/limber/claim'))
print(sys.stdin.readline(), sys.stdin.read(), 'end')`,
  'facts.cjs': `
const { LIMBER_EXECUTION, ...env } = process.env;
console.log(process.argv, process.execArgv, __filename, require.main === module, module.paths, env);
console.log(process.cwd(), require('fs').readdirSync('/proc/self/fd').length > 0, process.stdin.isTTY, Object.keys(globalThis));
console.log(require('child_process').execSync('echo $GIVEN $LIMBER_WARM').toString(), require('fs').readFileSync(0, 'utf8'));
const begun = Date.now(); setTimeout(() => console.log(Date.now() - begun >= 99, Date.now() - begun < 5000), 100);`,
  'facts.mjs': `
import { readFileSync } from 'node:fs'; import { argv, env } from 'node:process';
console.log(import.meta.url, import.meta.dirname, argv.slice(1), env.GIVEN, readFileSync('/dev/stdin', 'utf8'));`,
  'package.js': `console.log(typeof module, typeof require, process.argv.slice(2));`,
  'signal.py': `import os, signal; os.kill(os.getpid(), signal.SIGKILL)`,
  'status.py': `import sys; sys.exit('told')`,
  'syntax.py': `print('before'`,
  'spawned.py': `
import multiprocessing as m, sys
def where(n): return (n, sys.argv, __name__)
if __name__ == '__main__':
    m.set_start_method('spawn')
    with m.Pool(1) as pool: print(pool.map(where, [1, 2]))`,
};

export async function start(server: Server, name: string, source: string): Promise<View> {
  const json = {
    entry: name,
    args: ['-x', '', 'two words', 'ü'],
    env: { GIVEN: "it's\nmine", EMPTY: '' },
    stdin: 'first\nsecond',
    files: [
      { path: name, text: `${source}\n` },
      { path: 'data/more.txt', text: 'more' },
    ],
  };
  return (await server.send('POST', '/v1/executions?waitMs=60000', { json })).body;
}

export async function told(server: Server, { id, outcome, exitCode }: View) {
  const stderr = await server.output(id, 'stderr');
  return {
    outcome,
    exitCode,
    stdout: await server.output(id),
    stderr: stderr.replaceAll(/0x[0-9a-f]+|\(node:\d+\)| +at .*\(node:internal.*\n/g, ''),
  };
}

export async function warmOf(server: Server, language: string) {
  const { body } = await server.send<Node>('GET', '/v1/node');
  return body.warm.languages.find((each) => each.language === language);
}

const LANGUAGES: Readonly<Record<string, string>> = { py: 'python', ts: 'typescript' };

/** The same program until it was started warm; the first time it cannot have been. */
export async function startWarm(server: Server, name: string, source: string): Promise<View> {
  const language = LANGUAGES[name.split('.').at(-1)!] ?? 'javascript';
  for (let time = 0; time < 50; time++) {
    const before = (await warmOf(server, language))?.warmStarts ?? 0;
    const ended = await start(server, name, source);
    if ((await warmOf(server, language))!.warmStarts > before) return ended;
    await sleep(200);
  }
  throw new Error(`${name} was never started warm`);
}
