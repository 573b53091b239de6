import { existsSync } from 'node:fs';
import type { MessageReceiver } from '#model/instance.ts';
import { HINT_SOCKET, openHintSocket } from './hint-socket.ts';
import { openProbePipe, PROBE_PIPE } from './probe-pipe.ts';

export type Channel = {
  /** What came before the first receiver waits for it. */
  readonly onMessage: (receive: MessageReceiver) => () => void;
  readonly tell: (line: string) => void;
  /** The state folder has got another name. */
  readonly moveTo: (stateFolder: string) => void;
  readonly close: () => void;
};

/**
 * The way from inside an instance to whoever listens: probes through the FIFO, the program's own
 * word through either. Absent where the run has no probe. Lifecycle: open → onMessage, tell → close.
 */
export function openChannel(stateFolder: string): Channel {
  const pipePath = `${stateFolder}/${PROBE_PIPE}`;
  if (!existsSync(pipePath)) return SILENT;
  const receivers = new Set<MessageReceiver>();
  const receive: MessageReceiver = (line, answer) =>
    receivers.forEach((receiver) => receiver(line, answer));
  const pipe = openProbePipe(pipePath, receive);
  const socket = openHintSocket(`${stateFolder}/${HINT_SOCKET}`, receive);
  return {
    onMessage(receiver) {
      receivers.add(receiver);
      pipe.start();
      socket.start();
      return () => receivers.delete(receiver);
    },
    tell: socket.tell,
    moveTo: (folder) => socket.moveTo(`${folder}/${HINT_SOCKET}`),
    close() {
      pipe.close();
      socket.close();
    },
  };
}

const SILENT: Channel = { onMessage: () => () => {}, tell() {}, moveTo() {}, close() {} };
