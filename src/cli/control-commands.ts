import type { Command } from 'commander';
import type { Allocation } from '#model/allocation.ts';
import type { ControlRequest } from '#model/control.ts';
import { LimberError } from '#model/errors.ts';
import type { Handlers, Surroundings } from './handlers.ts';
import { helpEnding } from './help-text.ts';
import { addFirstSizes, boundsFrom, type SizeValues } from './size-options.ts';

type JsonFlag = { readonly json?: boolean };
type Examples = readonly (readonly [string, string])[];

/** `set`, `resize`, `lock`, `unlock` and `stop`: what a user tells a run that goes on. */
export function addControlCommands(
  program: Command,
  handlers: Handlers,
  { ended }: Surroundings,
): void {
  const tell = async (id: string, request: ControlRequest, { json = false }: JsonFlag) =>
    ended(await handlers.control({ id, request, json }));
  command(program, 'set', 'change the settings of a running run', SET_EXAMPLES)
    .argument('<key=value...>', 'settings as in the configuration file')
    .action(async (id: string, changes: readonly string[], raw: JsonFlag) =>
      tell(id, { kind: 'set', changes: changesOf(changes) }, raw),
    );
  const resize = command(
    program,
    'resize',
    'size a running run by hand and lock it',
    SIZE_EXAMPLES,
  );
  addFirstSizes(resize);
  resize.action(async (id: string, raw: SizeValues & JsonFlag) =>
    tell(id, { kind: 'resize', sizes: sizesOf(raw) }, raw),
  );
  for (const [kind, what] of [
    ['lock', 'keep the size of a running run as it is'],
    ['unlock', 'let the policy resize a running run again'],
    ['stop', 'end a running run: SIGTERM, and SIGKILL after its grace time'],
  ] as const)
    command(program, kind, what, [[`limber ${kind} last`, 'the newest run']]).action(
      async (id: string, raw: JsonFlag) => tell(id, { kind }, raw),
    );
}

const SET_EXAMPLES: Examples = [
  ['limber set last optimize=speed', 'stalls count more than what is reserved'],
  ['limber set 0xd4 predictive.cpuMargin=1.3 thresholds.highCpu=0.7', ''],
];

const SIZE_EXAMPLES: Examples = [
  ['limber resize last --memory 2Gi --cpu 2', 'stays so until limber unlock last'],
];

function command(program: Command, name: string, what: string, examples: Examples): Command {
  return program
    .command(name)
    .summary(what)
    .description(`${what.charAt(0).toUpperCase()}${what.slice(1)}.`)
    .argument('<id>', 'its id, the beginning of its id, or "last"')
    .option('--json', 'print JSON')
    .addHelpText('after', helpEnding({ examples, runs: false }));
}

function changesOf(words: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    words.map((word) => {
      const at = word.indexOf('=');
      if (at > 0) return [word.slice(0, at), word.slice(at + 1)];
      throw new LimberError('usage-invalid', {
        problem: `"${word}" is no setting`,
        hint: 'Write key=value, such as predictive.cpuMargin=1.3 or optimize=speed.',
      });
    }),
  );
}

function sizesOf(raw: SizeValues): Partial<Allocation> {
  const { initial = {} } = boundsFrom(raw);
  if (Object.keys(initial).length > 0) return initial;
  throw new LimberError('usage-invalid', {
    problem: 'No size was given',
    hint: 'Give --cpu, --memory, --ingress or --egress.',
  });
}
