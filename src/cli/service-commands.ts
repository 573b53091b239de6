import { InvalidArgumentError, Option, type Command } from 'commander';
import { LimberError } from '#model/errors.ts';
import type { RunnableKind } from '#model/execution.ts';
import { SCOPES, type Scope } from '#record/service/keys.ts';
import {
  KEY_ACTIONS,
  LOG_LEVELS,
  type Handlers,
  type KeyOptions,
  type ServeOptions,
  type Surroundings,
} from './handlers.ts';
import { helpEnding } from './help-text.ts';
import { runtimeOption } from './pod-options.ts';
import { toPort } from './port.ts';

const TENANT = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** `serve`, `mcp` and `key`: Limber as a service. */
export function addServiceCommands(
  program: Command,
  handlers: Handlers,
  { ended }: Surroundings,
): void {
  addServe(program, handlers, ended);
  addMcp(program, handlers, ended);
  addKey(program, handlers, ended);
}

const MCP_EXAMPLES = [
  ['limber mcp', 'over standard input and output, as an agent starts it'],
  ['limber --server http://box:7411 mcp', 'the tools are done by a server there'],
  ['limber mcp --http --port 7412', 'over HTTP, at /mcp'],
] as const;

const MCP_PORT = 7412;

function addMcp(program: Command, handlers: Handlers, ended: Surroundings['ended']): void {
  program
    .command('mcp')
    .summary('give an AI agent tools that run code')
    .description(
      'Serves the Model Context Protocol: tools that run code, analyse it, resize what runs and ' +
        'explain why. What an agent runs is ended with it.',
    )
    .option('--http', 'over HTTP instead of standard input and output')
    .option('--host <address>', 'where to listen with --http (default: 127.0.0.1)')
    .addOption(
      new Option('--port <number>', `with --http: 0 for any (default: ${MCP_PORT})`).argParser(
        (text) => toPort(text),
      ),
    )
    .addHelpText('after', helpEnding({ examples: MCP_EXAMPLES, runs: false }))
    .action(async ({ http = false, host, port }: RawMcp) => {
      if (!http && (host !== undefined || port !== undefined))
        throw new LimberError('usage-invalid', {
          problem: '--host and --port go with --http, which was not given',
          hint: 'See limber mcp --help.',
        });
      const listen = { host: host ?? '127.0.0.1', port: port ?? MCP_PORT };
      ended(await handlers.mcp(http ? { http: listen } : {}));
    });
}

type RawMcp = { readonly http?: boolean; readonly host?: string; readonly port?: number };

const SERVE_EXAMPLES = [
  ['limber serve', 'on this machine alone; the address is on stdout'],
  [
    'limber serve --host 0.0.0.0 --tls-cert server.pem --tls-key key.pem --drain',
    'for others; asked to end, it waits for what runs',
  ],
  ['limber serve --tls-generate', 'with a certificate of its own, for development'],
  ['limber serve --runtime kubernetes --objects', 'and what Execution objects ask for'],
  ['limber serve --no-keys', 'to try it: whoever is on this machine may do everything'],
] as const;

type RawServe = {
  readonly host?: string;
  readonly port?: number;
  readonly runtime?: RunnableKind;
  readonly keys: boolean;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly tlsGenerate?: boolean;
  readonly plainHttp?: boolean;
  readonly drain?: boolean;
  readonly objects?: string | true;
  readonly logLevel: (typeof LOG_LEVELS)[number];
};

function addServe(program: Command, handlers: Handlers, ended: Surroundings['ended']): void {
  program
    .command('serve')
    .summary('run code for others, over HTTP')
    .description(
      'Serves an API that runs code and lets its callers steer the scaling. What runs when the ' +
        'server ends, however it ends, goes on; the next one takes it over.',
    )
    .option('--host <address>', 'where to listen (default: 127.0.0.1)')
    .addOption(
      new Option('--port <number>', 'a port, 0 for any (default: 7411)').argParser((text) =>
        toPort(text),
      ),
    )
    .addOption(runtimeOption())
    .option('--no-keys', 'ask for no API keys; only for this machine itself')
    .option('--tls-cert <file>', 'a certificate with its chain, in PEM; read again on SIGHUP')
    .option('--tls-key <file>', 'its private key, in PEM')
    .option('--tls-generate', 'a certificate of its own, for development')
    .option('--plain-http', 'beyond this machine without TLS: behind a proxy that has it')
    .option(
      '--objects [namespace]',
      'with kubernetes: also run what Execution objects ask for, in one namespace or all',
    )
    .option('--drain', 'asked to end, start nothing more and wait for what runs')
    .addOption(
      new Option('--log-level <level>', 'what to write to stderr')
        .choices(LOG_LEVELS)
        .default('info'),
    )
    .addHelpText('after', helpEnding({ examples: SERVE_EXAMPLES, runs: false }))
    .action(async (raw: RawServe) => {
      const { host, port, runtime = 'process', keys, drain = false } = raw;
      const { plainHttp = false, logLevel, objects } = raw;
      if (objects !== undefined && runtime !== 'kubernetes')
        throw new LimberError('usage-invalid', {
          problem: '--objects goes with --runtime kubernetes, which was not given',
          hint: 'See limber serve --help.',
        });
      const options = { runtime, needsKeys: keys, drain, logLevel, plainHttp, ...tlsFrom(raw) };
      ended(
        await handlers.serve({
          ...options,
          ...(objects !== undefined && {
            objects: objects === true ? {} : { namespace: objects },
          }),
          ...(host !== undefined && { host }),
          ...(port !== undefined && { port }),
        }),
      );
    });
}

function tlsFrom({ tlsCert, tlsKey, tlsGenerate }: RawServe): Pick<ServeOptions, 'tls'> {
  if (tlsCert === undefined && tlsKey === undefined && tlsGenerate === undefined) return {};
  return {
    tls: {
      generate: tlsGenerate ?? false,
      ...(tlsCert !== undefined && { certificatePath: tlsCert }),
      ...(tlsKey !== undefined && { keyPath: tlsKey }),
    },
  };
}

const KEY_EXAMPLES = [
  ['limber key create --scopes run,read', 'a key on stdout, shown this once'],
  [
    'limber key create --tenant acme --scopes run,steer,read',
    'for somebody who sees only their own',
  ],
  ['limber key list', 'what keys there are'],
  ['limber key revoke 3f09ac12b0d7', 'in force at once'],
] as const;

type RawKey = Omit<KeyOptions, 'action' | 'id' | 'json'> & { readonly json?: boolean };

function addKey(program: Command, handlers: Handlers, ended: Surroundings['ended']): void {
  program
    .command('key')
    .summary('make, list and revoke API keys')
    .description('Makes, lists and revokes the keys that `limber serve` asks for.')
    .addArgument(program.createArgument('<action>', 'what to do').choices(KEY_ACTIONS))
    .argument('[id]', 'the key to revoke, as `limber key list` names it')
    .addOption(
      new Option('--scopes <list>', `what it may do, of ${SCOPES.join(', ')}`)
        .argParser(toScopes)
        .default(['run', 'read'], 'run,read'),
    )
    .addOption(
      new Option('--tenant <name>', 'whose key it is').argParser(toTenant).default('default'),
    )
    .option('--name <text>', 'what you call it', '')
    .option('--json', 'print JSON')
    .addHelpText('after', helpEnding({ examples: KEY_EXAMPLES, runs: false }))
    .action(async (action: KeyOptions['action'], id: string | undefined, raw: RawKey) => {
      if (action === 'revoke' && id === undefined)
        throw new LimberError('usage-invalid', {
          problem: 'Which key to revoke was not said',
          hint: 'Name it by its id: limber key list shows them.',
        });
      const json = raw.json ?? false;
      ended(await handlers.key({ ...raw, json, action, ...(id !== undefined && { id }) }));
    });
}

function toScopes(text: string): readonly Scope[] {
  return text.split(',').map((name) => {
    const scope = SCOPES.find((known) => known === name.trim());
    if (scope) return scope;
    throw new InvalidArgumentError(`Allowed are ${SCOPES.join(', ')}.`);
  });
}

function toTenant(text: string): string {
  if (TENANT.test(text)) return text;
  throw new InvalidArgumentError('A name has lower-case letters, digits and dashes.');
}
