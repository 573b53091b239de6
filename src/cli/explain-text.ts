import { explain } from '#explain/sentence.ts';
import type { Decision } from '#model/decision.ts';
import type { Note } from '#model/execution.ts';
import { allocationText } from './allocation-text.ts';
import type { RunRecord } from './run-reader.ts';
import type { Style } from './style.ts';
import { oneLine } from './text-table.ts';

type Started = {
  readonly launched?:
    Pick<NonNullable<RunRecord['launched']>, 'initial' | 'initialReasons'> | undefined;
};

/** Why a run began with its size and why each resize happened, one paragraph each. */
export function explainText(
  record: Started,
  {
    decisions,
    notes,
  }: { readonly decisions: readonly Decision[]; readonly notes: readonly Note[] },
  { all, style }: { readonly all: boolean; readonly style: Style },
): string {
  const sentences = explain(decisions, { all }).map(oneLine);
  const asked = notes.filter(({ code }) => code === 'changed-by-hand' || code === 'hinted');
  const ending = sentences.length === 0 ? ['Nothing was resized.'] : [];
  return [
    ...beginning(record, style),
    ...sentences,
    ...asked.map(({ text }) => oneLine(text)),
    ...ending,
  ]
    .map((sentence) => `${wrap(sentence, style.columns).join('\n')}\n`)
    .join('');
}

function beginning({ launched }: Started, style: Style): string[] {
  if (!launched) return ['It has not started yet.'];
  const size = allocationText(launched.initial, style);
  const reasons = launched.initialReasons.map(oneLine).join('; ');
  return [`It began with ${size}${reasons ? `: ${reasons}` : ''}.`];
}

const HANGING = '  ';

/** Breaks at spaces; what follows the first line is indented, so that each sentence stands out. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (longer.length > columns && line.trim() !== '') {
      lines.push(line);
      line = `${HANGING}${word}`;
    } else line = longer;
  }
  return [...lines, line];
}
