import { InvalidArgumentError, Option, type Command } from 'commander';
import { ERRORS, LimberError } from '#model/errors.ts';
import { LANGUAGES, type Language } from '#model/execution.ts';
import type { ReportFormat } from '#analyze/report/report.ts';
import { STDIN, type AnalyzeOptions, type Handlers, type Surroundings } from './handlers.ts';
import { helpEnding } from './help-text.ts';

/** `text` is another word for `table`. */
const FORMATS = ['table', 'json', 'sarif', 'html', 'markdown', 'text'] as const;
const WITH_SOURCE: readonly ReportFormat[] = ['table', 'html'];

export function addAnalyze(program: Command, handlers: Handlers, { ended }: Surroundings): void {
  program
    .command('analyze')
    .summary('what the code looks like before it runs')
    .description(
      'Shows the complexity of files and folders and the size that they call for. Runs nothing.',
    )
    .argument(
      '[paths...]',
      'files, folders and globs, or - for stdin; this folder where none is given',
    )
    .addOption(new Option('--format <format>', 'how to print').choices(FORMATS).default('table'))
    .option('--json', 'short for --format json')
    .option('--source', 'show the code with a heat margin; with table and html')
    .addOption(
      new Option(
        '--language <name>',
        'what the files are, instead of what their names say',
      ).choices(LANGUAGES.filter((language) => language !== 'unknown')),
    )
    .option('--fail-over <score>', 'fail when a file scores above this, 0 to 100', toScore)
    .option('--output <file>', 'write there instead of to stdout')
    .option('--no-cache', 'look at every file anew, and keep nothing')
    .addHelpText(
      'after',
      helpEnding({ examples: EXAMPLES, runs: false, codes: CODES, never: NEVER }),
    )
    .action(async (paths: string[], raw: Raw) => {
      ended(await handlers.analyze(toOptions(paths, raw)));
    });
}

type Raw = {
  readonly format: (typeof FORMATS)[number];
  readonly json?: boolean;
  readonly source?: boolean;
  readonly language?: Language;
  readonly failOver?: number;
  readonly output?: string;
  readonly cache: boolean;
};

const CODES = [
  [String(ERRORS['score-exceeded'].exitCode), 'a file scores above --fail-over'],
  [String(ERRORS['report-unwritable'].exitCode), 'the report cannot be written to --output'],
] as const;

/** It builds nothing and takes nothing that others share. */
const NEVER = ['sandbox-unavailable', 'capacity-exhausted', 'folder-unsafe'] as const;

const EXAMPLES = [
  ['limber analyze job.py', 'functions by cost, class, sizes, demand'],
  ['limber analyze job.py --source', 'the code with a heat margin'],
  ['git show HEAD:job.py | limber analyze - --language python', 'from stdin'],
  ['limber analyze src --format json', 'a folder, for another program'],
  ['limber analyze src --format html --output report.html', 'one page'],
  ['limber analyze src --fail-over 70', 'in a pipeline'],
] as const;

function toOptions(paths: readonly string[], raw: Raw): AnalyzeOptions {
  const { format: name, json, source = false, language, failOver, output, cache } = raw;
  const format = json ? 'json' : name === 'text' ? 'table' : name;
  if (source && !WITH_SOURCE.includes(format))
    throw new LimberError('usage-invalid', {
      problem: `--source goes with --format ${WITH_SOURCE.join(' or ')}, not with ${format}`,
      hint: 'See: limber analyze --help.',
    });
  if (paths.includes(STDIN) && paths.length > 1)
    throw new LimberError('usage-invalid', {
      problem: '- is stdin, and stands alone',
      hint: 'Analyze it and the files one after the other.',
    });
  return {
    paths: paths.length > 0 ? paths : ['.'],
    format,
    source,
    cache,
    ...(language === undefined ? {} : { language }),
    ...(failOver === undefined ? {} : { failOver }),
    ...(output === undefined ? {} : { output }),
  };
}

function toScore(text: string): number {
  const score = Number(text);
  if (text.trim() === '' || !(score >= 0 && score <= 100))
    throw new InvalidArgumentError('expected a number from 0 to 100');
  return score;
}
