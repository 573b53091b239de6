import { readdirSync } from 'node:fs';
import { hasCode, readLimit, writeIfPresent } from './files.ts';

/** Gives a controller's cgroup the weights of its instances together, as far as the kernel goes. */
export function balanceCpuWeight(folder: string, file: string, most: number): void {
  const weights = foldersIn(folder).map((name) => readLimit(`${folder}/${name}/${file}`) ?? 0);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (sum > 0) writeIfPresent(`${folder}/${file}`, Math.min(most, sum));
}

/** None where the last instance has just taken its controller's cgroup along. */
function foldersIn(folder: string): readonly string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENODEV')) return [];
    throw error;
  }
}
