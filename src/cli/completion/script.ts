import type { Command } from 'commander';
import type { CompletionShell } from '../handlers.ts';
import { bashScript } from './bash.ts';
import { fishScript } from './fish.ts';
import { powershellScript } from './powershell.ts';
import { vocabularyOf, type Vocabulary } from './vocabulary.ts';
import { zshScript } from './zsh.ts';

const SCRIPTS: Readonly<Record<CompletionShell, (vocabulary: Vocabulary) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
  powershell: powershellScript,
};

/**
 * The completion script of one shell. It holds all words, so that a key press starts no process;
 * only run ids are asked for, from `limber ps --all --quiet`.
 */
export function completionScript(program: Command, shell: CompletionShell): string {
  return SCRIPTS[shell](vocabularyOf(program));
}
