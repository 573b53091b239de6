import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { pack } from '#analyze/classify/weights.ts';
import { readPrograms, withEvidence } from './codecomplex/data.ts';
import { learn } from './codecomplex/learn.ts';

/** Learns from all labelled programs and writes the weights that the package ships. */
const programs = readPrograms();
if (programs === undefined) {
  console.error('skipped: ../shared/data/codecomplex.jsonl is not here');
} else {
  const { encoding, model } = learn(await withEvidence(programs));
  const target = fileURLToPath(new URL('../src/analyze/classify/weights.json', import.meta.url));
  writeFileSync(target, `${JSON.stringify(pack(encoding, model))}\n`);
  console.log(`${target}: ${model.width} features, learned from ${programs.length} programs`);
}
