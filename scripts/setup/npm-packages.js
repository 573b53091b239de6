import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StepFailed, projectDir, run } from '../step.js';

/** Installs the locked npm packages, only when what is installed differs from package-lock.json. */
export async function installNpmPackages() {
  const reason = whyInstall();
  if (reason === undefined) return 'up to date';
  await run({
    command: 'npm',
    args: [
      'ci',
      '--include=dev',
      '--include=optional',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
    ],
    env: process.env,
  });
  const left = whyInstall();
  if (left !== undefined) throw new StepFailed(`npm ci ended well, and yet: ${left}.`);
  return `installed (${reason})`;
}

function whyInstall() {
  const node = join(projectDir, 'node_modules', '.bin', 'node');
  if (!existsSync(node)) return 'node_modules/.bin/node is missing';
  const locked = packagesOf('package-lock.json');
  const installed = packagesOf(join('node_modules', '.package-lock.json'));
  for (const [path, entry] of Object.entries(locked)) {
    const problem = path === '' ? undefined : difference(entry, installed[path]);
    if (problem !== undefined) return `${path.replace(/^node_modules\//, '')} ${problem}`;
  }
  return undefined;
}

/**
 * npm keeps a copy of the lock file of what it installed; it leaves out optional packages of other
 * platforms, so only their absence is no reason to install.
 * @param {LockedPackage} locked
 * @param {LockedPackage | undefined} installed
 */
function difference(locked, installed) {
  if (installed === undefined) return locked.optional === true ? undefined : 'is missing';
  if (installed.version !== locked.version) return `is ${installed.version}, not ${locked.version}`;
  return installed.integrity === locked.integrity ? undefined : 'has other contents';
}

/**
 * @typedef {{ version: string, integrity?: string, optional?: boolean }} LockedPackage
 * @param {string} file
 * @returns {Record<string, LockedPackage>}
 */
function packagesOf(file) {
  const path = join(projectDir, file);
  if (!existsSync(path)) return {};
  return JSON.parse(readFileSync(path, 'utf8')).packages;
}
