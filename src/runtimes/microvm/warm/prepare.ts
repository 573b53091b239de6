import { mkdirSync } from 'node:fs';
import { usedBytes } from '../../process/cgroup/used-bytes.ts';
import { warmSpec, type ToPrepare } from '../../process/warm/warm-spec.ts';
import { whenReady } from '../../process/warm/when-ready.ts';
import { forgetGiven } from '../../process/warm/work-folder.ts';
import type { Launched, WarmInstance } from '../../types.ts';
import { launchedIn, readyMachine, type ReadyMachine } from '../launch.ts';
import { newRecord } from '../new-record.ts';
import type { MicrovmOptions } from '../options.ts';
import { tearDown } from '../tear-down.ts';
import { claimFrame, handOverMachine } from './hand-over.ts';

/** Where processors are emulated, an interpreter takes seconds to come up. */
const READY_DEADLINE_MS = 120_000;
/** Nothing but the interpreter runs in it until it is claimed. */
const START_BYTES = 192 * 2 ** 20;

/**
 * Starts a machine of its own, and in it an interpreter that stops before it looks at the program. It
 * is started there and not kept in the template: what it has drawn of random numbers is its own.
 */
export async function prepareWarmMachine(
  options: MicrovmOptions,
  wanted: ToPrepare,
): Promise<WarmInstance> {
  const folder = `${options.workFolder}/${wanted.id}`;
  mkdirSync(`${folder}/work`, { recursive: true, mode: 0o700 });
  const memoryBytes = Math.min(wanted.like.maxMemoryBytes, START_BYTES);
  const spec = { ...warmSpec(wanted, folder, memoryBytes), awaitsClaim: true };
  // Until it is claimed it is swept when its controller is gone, and waits for no other.
  const { kept: _, ...record } = newRecord(spec);
  const ready = await readyMachine(options, spec, { ...record, workFolder: folder });
  const warm = warmInstance(options, folder, ready);
  const { link } = ready.connection;
  link.say('G');
  try {
    await whenReady(link.onMessage, ready.monitor.ended, READY_DEADLINE_MS);
    return warm;
  } catch (error) {
    await warm.discard();
    throw error;
  }
}

function warmInstance(options: MicrovmOptions, folder: string, ready: ReadyMachine): WarmInstance {
  const { connection, made, monitor } = ready;
  let current = ready;
  return {
    id: ready.record.id,
    gone: monitor.ended,
    memoryBytes: () => usedBytes(made.cgroup?.sources),
    claim(spec): Launched {
      current = handOverMachine(options, { folder, ready }, spec);
      const launched = launchedIn(options, current, spec);
      // What differs from the machine as it waited; the guest has it before it hears of the claim.
      void launched.instance.resize(spec.initial);
      launched.instance.publish('starting');
      connection.link.say('Q', claimFrame(spec));
      forgetGiven(spec.view.currentFolder);
      return launched;
    },
    async discard() {
      connection.link.close();
      connection.machine.close();
      const { record, stateFolder } = current;
      const { cgroup, network } = made;
      await tearDown({ ...record, cgroup, network, monitor: monitor.identity, stateFolder });
    },
  };
}
