import { Option, type Command } from 'commander';
import { LimberError } from '#model/errors.ts';
import { parseByteSeconds, parseBytes, parseCoreSeconds } from '#model/quantities.ts';
import { wholeNumber } from './whole-number.ts';

const MAX_PRIORITY = 100;
const MAX_WEIGHT = 1000;
const TENANT = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

/** What decides when a run shares the node with others, and what it may cost. */
export function addNodeOptions(command: Command): void {
  command
    .addOption(
      new Option(
        '--priority <0..100>',
        'who gives way first when the node is full (default: 50)',
      ).argParser((text) => wholeNumber(text, { name: '--priority', low: 0, high: MAX_PRIORITY })),
    )
    .addOption(
      new Option('--weight <number>', 'its part among runs of the same priority').argParser(
        (text) => wholeNumber(text, { name: '--weight', low: 1, high: MAX_WEIGHT }),
      ),
    )
    .addOption(
      new Option('--tenant <name>', 'whose quota it counts against').argParser(parseTenant),
    )
    .addOption(
      new Option(
        '--budget-cpu <core-seconds>',
        'what may be reserved for it in all, then its minimum',
      ).argParser((text) => parseCoreSeconds(text, '--budget-cpu')),
    )
    .addOption(
      new Option('--budget-memory <GiB-seconds>', 'the same for memory').argParser((text) =>
        parseByteSeconds(text, '--budget-memory'),
      ),
    )
    .addOption(
      new Option('--budget-network <bytes>', 'the same for what it receives and sends').argParser(
        (text) => parseBytes(text, '--budget-network'),
      ),
    );
}

function parseTenant(text: string): string {
  if (TENANT.test(text)) return text;
  const expected =
    'letters, digits, dots, hyphens and underscores, 63 at most, none of them first but a letter or digit';
  throw new LimberError('quantity-invalid', { name: '--tenant', expected, got: text });
}
