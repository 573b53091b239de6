import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Writable } from 'node:stream';
import { LimberError } from '#model/errors.ts';
import { SYSTEM_PATH } from './system-path.ts';

/**
 * `begin NUMBER FOLDER INPUT COMMAND…` starts a command in a session of its own, with the FIFOs stdout
 * and stderr of FOLDER. FIFOs are opened for both ways first: opening then waits for no other end. Whoever
 * waits for the command holds none of them, or they would never end.
 * `run NUMBER COMMAND…` runs one. Of either it says on its own stdout when it has ended.
 */
const SCRIPT = `
exec 5>&1 1>/dev/null
begin() {
  number=$1 folder=$2 input=$3
  shift 3
  {
    (
      cd "$folder" || exit
      exec 3<>stdout 4<>stderr
      [ -p "$input" ] && exec 6<>"$input"
      exec setsid "$@" <"$input" 1>stdout 2>stderr 3>&- 4>&- 5>&- 6>&-
    )
    echo "$number $?" >&5
  } &
}
run() {
  number=$1
  shift
  { "$@" 5>&-; echo "$number $?" >&5; } &
}
`;

/**
 * A shell that starts processes for this one. To fork a process with as much memory as a server has
 * takes 10 ms and more, in which it does nothing else. What it has started goes on without it.
 * Lifecycle: (begin, run)* ; it ends with this process, and is there again when it is needed.
 */
export class Starter {
  #shell: ChildProcess | undefined;
  #numbers = 0;
  readonly #waiting = new Map<number, (code: number | undefined) => void>();

  /** Resolves with its exit code when it has ended, undefined when that cannot be known any more. */
  begin(folder: string, input: string, command: readonly string[]): Promise<number | undefined> {
    return this.#say((number) => ['begin', number, folder, input, ...command]);
  }

  async run(command: readonly string[]): Promise<void> {
    const code = await this.#say((number) => ['run', number, ...command]);
    if (code === 0) return;
    const problem = `${command[0]} ended with ${code ?? 'nothing'}`;
    throw new LimberError('internal', { problem });
  }

  #say(words: (number: string) => readonly string[]): Promise<number | undefined> {
    const number = ++this.#numbers;
    const stdin = this.#open().stdin as Writable;
    stdin.write(`${words(String(number)).map(quoted).join(' ')}\n`);
    return new Promise((resolve) => this.#waiting.set(number, resolve));
  }

  #open(): ChildProcess {
    if (this.#shell) return this.#shell;
    const shell = spawn('sh', ['-s'], {
      stdio: ['pipe', 'pipe', 'ignore'],
      detached: true,
      env: { PATH: SYSTEM_PATH },
      cwd: '/',
    });
    this.#shell = shell;
    shell.unref();
    for (const stream of [shell.stdin, shell.stdout]) (stream as { unref?: () => void }).unref?.();
    shell.stdin!.on('error', () => this.#lost(shell));
    shell.once('error', () => this.#lost(shell));
    shell.once('exit', () => this.#lost(shell));
    createInterface({ input: shell.stdout! }).on('line', (line) => this.#hear(line));
    shell.stdin!.write(SCRIPT);
    return shell;
  }

  #hear(line: string): void {
    const [number, code] = line.split(' ').map(Number);
    this.#waiting.get(number!)?.(code);
    this.#waiting.delete(number!);
  }

  #lost(shell: ChildProcess): void {
    if (this.#shell !== shell) return;
    this.#shell = undefined;
    for (const resolve of this.#waiting.values()) resolve(undefined);
    this.#waiting.clear();
  }
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
