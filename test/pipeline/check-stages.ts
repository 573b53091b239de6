import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { argv, stderr } from 'node:process';
import type { ICruiseResult, IViolation } from 'dependency-cruiser';

const folders =
  argv.length > 2 ? argv.slice(2) : ['src', 'test', 'bench', 'scripts', 'bin', 'dashboard'];

/**
 * Runs dependency-cruiser over the house. Its exit code alone is not enough: rules that were shown
 * no module at all, say after a move of the folders, break nothing and would pass for ever.
 */
function problems(): string[] {
  const cruised = cruise();
  const modules = cruised.modules.filter(({ source }) => source.startsWith('src/'));
  const followed = modules.filter(({ dependencies }) =>
    dependencies.some(({ resolved }) => resolved.startsWith('src/')),
  );
  if (followed.length === 0)
    return ['no module below src/ was cruised: look at the folders and tsconfig.json'];
  const comments = commentsOf(cruised);
  return cruised.summary.violations.map((violation) => describe(violation, comments));
}

function cruise(): ICruiseResult {
  const args = ['--config', '.dependency-cruiser.cjs', '--output-type', 'json'];
  const present = folders.filter((folder) => existsSync(folder));
  const {
    stdout,
    stderr: said,
    error,
  } = spawnSync('depcruise', [...args, ...present], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (error !== undefined) throw error;
  if (stdout === '') throw new Error(`depcruise said nothing but: ${said}`);
  return JSON.parse(stdout) as ICruiseResult;
}

function commentsOf({ summary }: ICruiseResult): ReadonlyMap<string, string> {
  const rules = summary.ruleSetUsed?.forbidden ?? [];
  return new Map(rules.map(({ name, comment }) => [name ?? '', comment ?? '']));
}

function describe(
  { from, to, rule, cycle }: IViolation,
  comments: ReadonlyMap<string, string>,
): string {
  const way = cycle === undefined ? to : cycle.map(({ name }) => name).join(' → ');
  return `${from} → ${way}: ${rule.name}. ${comments.get(rule.name) ?? ''}`;
}

const found = problems();
for (const problem of found) stderr.write(`${problem}\n`);
process.exitCode = found.length === 0 ? 0 : 1;
