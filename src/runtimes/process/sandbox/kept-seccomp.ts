import { createHash } from 'node:crypto';
import { linkSync, renameSync, writeFileSync } from 'node:fs';
import { hasCode } from '../cgroup/files.ts';
import { buildSeccompFilter } from './seccomp.ts';

let filter: { readonly bytes: Buffer; readonly name: string } | undefined;

/** One file for all instances, which the runtime folder keeps until the machine restarts. */
export function linkSeccompFilter(runtimeFolder: string, path: string): void {
  filter ??= named(buildSeccompFilter());
  const kept = `${runtimeFolder}/${filter.name}`;
  try {
    linkSync(kept, path);
  } catch (error) {
    // A file may have only so many names (EMLINK): a new one takes its place.
    if (!hasCode(error, 'ENOENT', 'EMLINK', 'EPERM', 'EXDEV')) throw error;
    writeFileSync(path, filter.bytes, { mode: 0o600 });
    keep(path, kept);
  }
}

function keep(path: string, kept: string): void {
  const draft = `${kept}.${process.pid}`;
  try {
    linkSync(path, draft);
    renameSync(draft, kept);
  } catch (error) {
    // A file system without hard links: each instance has its own.
    if (!hasCode(error, 'EPERM', 'EXDEV', 'EMLINK', 'EEXIST', 'ENOTSUP', 'EOPNOTSUPP')) throw error;
  }
}

function named(bytes: Buffer) {
  const digest = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
  return { bytes, name: `seccomp-${digest}.bpf` };
}
