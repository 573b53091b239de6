import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import { test } from './box.ts';

/** Presses Tab: calls the function that the script registered, with the words typed so far. */
const COMPLETE = `
  source "$1"; shift
  function=$(complete -p limber | sed 's/.*-F \\([^ ]*\\).*/\\1/')
  COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=\${#COMP_LINE}
  "$function" limber "\${COMP_WORDS[COMP_CWORD]}" "\${COMP_WORDS[COMP_CWORD - 1]}"
  printf '%s\\n' "\${COMPREPLY[@]}"`;

test('bash loads the completion script and completes with it', async ({ box }) => {
  const { stdout, exitCode } = await box.limber(['completion', 'bash']);
  expect(exitCode).toBe(0);
  const path = join(box.folder, 'completion');
  writeFileSync(path, stdout);
  execFileSync('bash', ['-n', path]);
  const tab = (...words: readonly string[]) =>
    execFileSync('bash', ['--norc', '-c', COMPLETE, 'bash', path, 'limber', ...words], {
      encoding: 'utf8',
    }).trim();
  expect(tab('ru')).toBe('run');
  expect(tab('run', '--max-mem')).toBe('--max-memory');
  expect(tab('run', '--policy', 'thr')).toBe('threshold');
});

test.for(['zsh', 'fish', 'powershell'])('%s gets a script, too', async (shell, { box }) => {
  const { stdout, exitCode } = await box.limber(['completion', shell]);
  expect(exitCode).toBe(0);
  expect(stdout.toString()).toContain('max-memory');
});
