import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { runTool } from './tool.ts';

/** The agent's own source, below the folder of probes. */
function sourcesIn(probesFolder: string): readonly string[] {
  const folder = `${probesFolder}/microvm`;
  return readdirSync(folder)
    .filter((name) => /\.[ch]$/.test(name))
    .toSorted()
    .map((name) => `${folder}/${name}`);
}

export function agentKey(probesFolder: string): string {
  const hash = createHash('sha256');
  for (const path of sourcesIn(probesFolder)) hash.update(readFileSync(path));
  return hash.digest('hex');
}

/** One static program: the guest's first process needs nothing of the image. */
export async function compileAgent(probesFolder: string, target: string): Promise<void> {
  const sources = sourcesIn(probesFolder).filter((path) => path.endsWith('.c'));
  await runTool('gcc', ['-static', '-O2', '-s', '-Wl,--build-id=none', '-o', target, ...sources]);
}
