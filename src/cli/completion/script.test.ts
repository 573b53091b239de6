import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { requires } from '../../../test/capabilities.ts';
import { COMPLETION_SHELLS, type Handlers } from '../handlers.ts';
import { buildProgram } from '../program.ts';
import { completionScript } from './script.ts';

const program = buildProgram({} as Handlers, {
  version: '0',
  caller: { env: {}, currentFolder: '/' },
  ended: () => {},
  write: () => {},
  remote: async () => ({}),
});
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'limber completion '));
  for (const shell of COMPLETION_SHELLS) {
    writeFileSync(join(folder, shell), completionScript(program, shell));
  }
  writeFileSync(join(folder, '_limber'), completionScript(program, 'zsh'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Answers `limber ps --all --quiet` as the installed command would. */
const STUB = { bash: 'limber() { echo 0xd48; }', fish: 'function limber; echo 0xd48; end' };

function completeInBash(...words: string[]): string[] {
  const quoted = words.map((word) => `'${word}'`).join(' ');
  const script = `cd "$1"; source ./bash; ${STUB.bash}; COMP_WORDS=(limber ${quoted}); COMP_CWORD=${words.length}
    _limber; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const out = execFileSync('bash', ['--norc', '-c', script, 'bash', folder], { encoding: 'utf8' });
  return out.split('\n').filter(Boolean);
}

test('bash completes commands, options, values and run ids', () => {
  expect(completeInBash('ex')).toEqual(['explain']);
  expect(completeInBash('run', '--max-m')).toEqual(['--max-memory']);
  expect(completeInBash('run', 'job.py', '--policy', 's')).toEqual(['static']);
  expect(completeInBash('run', '--policy', '=', 'pre')).toEqual(['predictive']);
  expect(completeInBash('show', '')).toEqual(['last', '0xd48']);
  expect(completeInBash('completion', 'f')).toEqual(['fish']);
});

test('bash leaves the script and everything behind -- to the completion of files', () => {
  expect(completeInBash('run', 'jo')).toEqual([]);
  expect(completeInBash('run', '--', '--max-m')).toEqual([]);
});

test('fish completes', (context) => {
  requires(context, 'fish');
  const complete = (line: string) => {
    const script = `source '${join(folder, 'fish')}'; ${STUB.fish}; complete --do-complete '${line}'`;
    const out = execFileSync('fish', ['--no-config', '-c', script], { encoding: 'utf8' });
    return out
      .split('\n')
      .filter(Boolean)
      .map((row) => row.split('\t')[0]);
  };
  expect(complete('limber ex')).toEqual(['explain']);
  expect(complete('limber run --max-m')).toEqual(['--max-memory']);
  expect(complete('limber run --policy s')).toEqual(['static']);
  expect(complete('limber show ')).toEqual(['last', '0xd48']);
});

test('zsh accepts its script', (context) => {
  requires(context, 'zsh');
  const script = `fpath=("$1" $fpath); autoload -Uz compinit; compinit -u -D; print $_comps[limber]
    source "$1/zsh"; zsh -n "$1/zsh" && print fine`;
  const args = ['-f', '-c', script, 'zsh', folder];
  expect(execFileSync('zsh', args, { encoding: 'utf8' })).toBe('_limber\nfine\n');
});

test('PowerShell gets balanced braces and every command', () => {
  const script = completionScript(program, 'powershell');
  const count = (character: string) => script.split(character).length;
  expect(count('{')).toBe(count('}'));
  expect(count('(')).toBe(count(')'));
  for (const command of program.commands) expect(script).toContain(`'${command.name()}' = `);
});
