import { statSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

export type Environment = Readonly<Record<string, string | undefined>>;

export type Paths = {
  /** Store, outputs and what was learned; outlives the machine's restart. */
  readonly home: string;
  /** Ledger and sockets of this user on this machine until its restart. */
  readonly runtime: string;
  readonly ledger: string;
};

/** Where Limber keeps things (XDG Base Directory Specification); makes nothing. */
export function resolvePaths({
  env,
  uid,
}: {
  readonly env: Environment;
  readonly uid: number;
}): Paths {
  const state = env['XDG_STATE_HOME'] || join(homeOf(env), '.local', 'state');
  const runtime = runtimeFolder(env, uid);
  return {
    home: env['LIMBER_HOME'] || join(state, 'limber'),
    runtime,
    // The number is that of its form: another version of Limber keeps other books.
    ledger: join(runtime, 'ledger-3'),
  };
}

/** Of the virtual machines of this user: what the folder of `runtime` is to processes. */
export function machinesFolder(runtime: string): string {
  return join(runtime, 'microvm');
}

/** A file that the user named must be there; the default one need not be. */
export function configFile(env: Environment): { path: string; isRequired: boolean } {
  if (env['LIMBER_CONFIG']) return { path: env['LIMBER_CONFIG'], isRequired: true };
  const config = env['XDG_CONFIG_HOME'] || join(homeOf(env), '.config');
  return { path: join(config, 'limber', 'config.json'), isRequired: false };
}

/** Without a session there is no XDG_RUNTIME_DIR, and after `su` it may be gone. */
function runtimeFolder(env: Environment, uid: number): string {
  if (uid === 0) return '/run/limber';
  const session = env['XDG_RUNTIME_DIR'];
  const hasSession =
    session !== undefined && session !== '' && statSync(session, { throwIfNoEntry: false });
  return hasSession ? join(session, 'limber') : join(tmpdir(), `limber-${uid}`);
}

function homeOf(env: Environment): string {
  return env['HOME'] || homedir();
}
