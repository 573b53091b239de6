import { InvalidArgumentError, Option, type Command } from 'commander';
import { LimberError } from '#model/errors.ts';
import { IMAGE_ACTIONS, type Handlers, type ImageOptions, type Surroundings } from './handlers.ts';
import { helpEnding } from './help-text.ts';

const EXAMPLES = [
  ['limber image build --packages python3,python3-numpy', 'an image of Debian packages'],
  ['limber image list', 'what there is, newest use first'],
  ['limber image prune 03d6c884162684f5', 'one of them'],
  ['limber image prune --all', 'all of them, and the packages that were fetched'],
] as const;

const PACKAGE = /^[a-z0-9][a-z0-9+.-]+$/;

type RawImage = {
  readonly packages?: readonly string[];
  readonly all?: boolean;
  readonly json?: boolean;
};

/** `limber image`: what the machines of `--runtime microvm` boot. */
export function addImage(program: Command, handlers: Handlers, { ended }: Surroundings): void {
  program
    .command('image')
    .summary('build, list and remove images of virtual machines')
    .description(
      'Builds, lists and removes what the machines of `--runtime microvm` boot. The image of a ' +
        'language is built at its first run; building it before spares that run the time.',
    )
    .addArgument(program.createArgument('<action>', 'what to do').choices(IMAGE_ACTIONS))
    .argument('[key]', 'the image to remove, as `limber image list` names it')
    .addOption(
      new Option('--packages <list>', 'Debian packages (default: python3)').argParser(toPackages),
    )
    .option('--all', 'remove all of them')
    .option('--json', 'print JSON')
    .addHelpText('after', helpEnding({ examples: EXAMPLES, runs: false }))
    .action(async (action: ImageOptions['action'], key: string | undefined, raw: RawImage) => {
      const { packages, all = false, json = false } = raw;
      if (action === 'prune' && key === undefined && !all)
        throw new LimberError('usage-invalid', {
          problem: 'Which image to remove was not said',
          hint: 'Name it as limber image list does, or say --all.',
        });
      const options = { action, all, json, ...(packages && { packages }) };
      ended(await handlers.image({ ...options, ...(key !== undefined && { key }) }));
    });
}

function toPackages(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.every((name) => PACKAGE.test(name))) return names;
  throw new InvalidArgumentError('Names of Debian packages, with commas between them.');
}
