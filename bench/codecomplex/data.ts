import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { COMPLEXITY_CLASSES, type ComplexityClass } from '#model/complexity.ts';
import { evidenceFor } from '#analyze/classify/evidence-for.ts';
import type { Evidence } from '#analyze/classify/evidence.ts';

const DATA = fileURLToPath(new URL('../../../shared/data/codecomplex.jsonl', import.meta.url));

export type Program = {
  readonly language: 'python' | 'java';
  readonly source: string;
  readonly label: ComplexityClass;
};
export type Labelled = {
  readonly program: Program;
  readonly evidence: Evidence;
  readonly label: number;
};

/** Undefined where the labelled programs are not at hand. */
export function readPrograms(): Program[] | undefined {
  if (!existsSync(DATA)) return undefined;
  return readFileSync(DATA, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Program);
}

export async function withEvidence(programs: readonly Program[]): Promise<Labelled[]> {
  const labelled: Labelled[] = [];
  for (const program of programs) {
    const evidence = await evidenceFor(program.source, program.language);
    if (evidence !== undefined)
      labelled.push({ program, evidence, label: COMPLEXITY_CLASSES.indexOf(program.label) });
  }
  return labelled;
}
