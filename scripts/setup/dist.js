import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectDir, run } from '../step.js';
import { copyGrammars } from './grammars.js';

const dist = join(projectDir, 'dist');
const bundling = 'rolldown.config.ts';
const dashboard = 'dashboard';
const stampFile = join(projectDir, 'node_modules', '.cache', 'limber', 'dist.sha256');

/** Bundles src and the page of the dashboard into dist, only when its contents changed since the last time. */
export async function buildDist() {
  const sources = ['src', dashboard]
    .flatMap(filesBelow)
    .filter((file) => !file.endsWith('.test.ts'));
  const stamp = fingerprint([
    ...sources,
    'tsconfig.json',
    'tsconfig.build.json',
    bundling,
    'package-lock.json',
  ]);
  if (existsSync(dist) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) {
    return 'up to date';
  }
  await compile();
  mkdirSync(join(stampFile, '..'), { recursive: true });
  writeFileSync(stampFile, stamp);
  return `bundled ${sources.length} files`;
}

/** Into a folder beside dist, so that a Limber that runs meanwhile never meets half a build. */
async function compile() {
  const next = join(projectDir, 'dist.next');
  rmSync(next, { recursive: true, force: true });
  await Promise.all([
    run({ command: 'tsc', args: ['-p', 'tsconfig.build.json', '--outDir', next] }),
    run({ command: 'rolldown', args: ['-c', bundling, '-d', next] }),
    run({
      command: 'vite',
      args: ['build', dashboard, '--outDir', join(next, dashboard), '--logLevel', 'warn'],
    }),
  ]);
  copyGrammars(next);
  rmSync(dist, { recursive: true, force: true });
  renameSync(next, dist);
}

/** @param {string} folder @returns {string[]} paths below the project, sorted */
function filesBelow(folder) {
  const entries = readdirSync(join(projectDir, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(projectDir.length + 1))
    .sort();
}

/** Contents, not times: a checkout changes every time and seldom the contents. */
function fingerprint(/** @type {string[]} */ files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(join(projectDir, file)));
  return hash.digest('hex');
}
