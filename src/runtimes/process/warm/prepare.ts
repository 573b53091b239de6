import { closeSync, constants, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { LimberError } from '#model/errors.ts';
import type { LaunchSpec } from '#model/launch.ts';
import type { Launched, WarmInstance } from '../../types.ts';
import { usedBytes } from '../cgroup/used-bytes.ts';
import { writeRecord } from '../instance-record.ts';
import { launchedIn, startSandbox, type Sandbox } from '../launch.ts';
import type { ProcessRuntimeOptions } from '../options.ts';
import { tearDown } from '../tear-down.ts';
import { claimMessage } from './claim-message.ts';
import { forgetGiven } from './work-folder.ts';
import { handOver } from './hand-over.ts';
import { warmSpec, type ToPrepare } from './warm-spec.ts';
import { whenReady } from './when-ready.ts';

/** In the state folder; inside it is /run/limber/claim. */
const CLAIM_PIPE = 'shared/claim';
const READY_DEADLINE_MS = 20_000;
/** Its interpreter takes longer to come up than its sandbox. */
const POLL_MS = 10;
/** Nothing but the interpreter runs in it until it is claimed. */
const START_BYTES = 512 * 2 ** 20;

/**
 * Starts a sandbox with an interpreter that stops before it looks at the program, and waits until it
 * is there.
 */
export async function prepareWarm(
  options: ProcessRuntimeOptions,
  wanted: ToPrepare,
): Promise<WarmInstance> {
  const { id } = wanted;
  const folder = `${options.workFolder}/${id}`;
  const spec = sandboxSpec(wanted, folder);
  const furnish = (): void => {
    mkdirSync(`${folder}/work`, { recursive: true, mode: 0o700 });
    if (typeof spec.stdin === 'object') writeFileSync(spec.stdin.path, '', { mode: 0o600 });
  };
  // Held from its first moment on: an interpreter that came to a pipe which nobody holds, because its server
  // ended meanwhile, would wait for ever.
  let pipe = -1;
  const begun = (stateFolder: string): void => {
    pipe = openSync(`${stateFolder}/${CLAIM_PIPE}`, constants.O_RDWR | constants.O_NONBLOCK);
  };
  const waiting = { pipes: [CLAIM_PIPE], furnish, begun, pollMs: POLL_MS };
  const sandbox = await startSandbox(options, spec, waiting).catch((error: unknown) => {
    if (pipe >= 0) closeSync(pipe);
    throw error;
  });
  const warm = warmInstance(options, { id, folder, sandbox, pipe });
  try {
    const { channel, ended } = sandbox.shim;
    await whenReady((receive) => channel.onMessage(receive), ended, READY_DEADLINE_MS);
    return warm;
  } catch (error) {
    await warm.discard();
    throw error;
  }
}

type Parts = {
  readonly id: string;
  readonly folder: string;
  readonly sandbox: Sandbox;
  readonly pipe: number;
};

function warmInstance(options: ProcessRuntimeOptions, parts: Parts): WarmInstance {
  const { id, folder, sandbox, pipe } = parts;
  let current = sandbox;
  return {
    id,
    gone: sandbox.shim.ended.then(() => {}),
    memoryBytes: () => usedBytes(sandbox.cgroup?.sources),
    claim(spec): Launched {
      current = handOver(options, { folder, sandbox }, spec);
      const message = claimMessage(spec);
      if (writeSync(pipe, message) < message.length)
        throw new LimberError('internal', { problem: 'the claim did not fit into its pipe' });
      // From here on it outlives this process. One that dies before has it swept and begun anew.
      writeRecord(current.stateFolder, current.record);
      closeSync(pipe);
      const launched = launchedIn(options, current, spec);
      forgetGiven(spec.view.currentFolder);
      return launched;
    },
    async discard() {
      closeSync(pipe);
      current.shim.channel.close();
      const { cgroup, record, stateFolder } = current;
      await tearDown({ cgroup, shim: record.shim, stateFolder, workFolder: folder });
    },
  };
}

function sandboxSpec(wanted: ToPrepare, folder: string): LaunchSpec {
  const { stdin } = wanted.like;
  return {
    ...warmSpec(wanted, folder, START_BYTES),
    maxMemoryBytes: START_BYTES,
    burstRoomBytes: 0,
    stdin: typeof stdin === 'string' ? stdin : { path: `${folder}/stdin` },
  };
}
