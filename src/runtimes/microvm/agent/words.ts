import type { MessageReceiver } from '#model/instance.ts';
import { openHintSocket } from '../../process/channel/hint-socket.ts';
import type { Link } from './link.ts';

/** In the state folder, as far as a program inside reaches: what its connections are carried to. */
const HINT_SOCKET = 'hints';

/**
 * What is said to and by a program: probes' lines and hints one way, its allocation the other, as a
 * file and at the socket. Lifecycle: open → onMessage, tell → close.
 */
export function openWords(link: Link, stateFolder: string) {
  const receivers = new Set<MessageReceiver>();
  const receive: MessageReceiver = (line, answer) =>
    receivers.forEach((receiver) => receiver(line, answer));
  const path = `${stateFolder}/${HINT_SOCKET}`;
  const socket = openHintSocket(path, receive);
  link.relayHints(path);
  let told = '';
  return {
    onMessage: (receiver: MessageReceiver): (() => void) => {
      receivers.add(receiver);
      socket.start();
      const stop = link.onMessage(receiver);
      return () => {
        receivers.delete(receiver);
        stop();
      };
    },
    /** The allocation, as JSON. */
    tell: (text: string): void => {
      if (text !== told) link.say('P', `${text}\n`);
      told = text;
      socket.tell(`{"v":1,"kind":"allocation","allocation":${text}}`);
    },
    close: () => socket.close(),
  };
}
