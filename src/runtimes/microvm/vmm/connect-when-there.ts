import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const CONNECT_EVERY_MS = 20;

/** Waits for a socket to be there, as long as `isThere` says that it can still come. */
export async function connectWhenThere(path: string, isThere: () => boolean): Promise<Socket> {
  while (isThere()) {
    const socket = connect(path);
    const isConnected = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    if (isConnected) return socket;
    await sleep(CONNECT_EVERY_MS);
  }
  throw new Error('its monitor has ended');
}
