'use strict';
const { now, text } = require('./messages.cjs');

/** More of them at once are counted by nobody. */
const MOST_SOCKETS = 256;
/** Shorter ones are told when they are over. */
const LEAST_SECONDS = 0.05;
/** Where Node keeps the address while it times a connection. */
const TIMED = 'kPerfHooksNetConnectContext';

/**
 * Connections that are being made, and names that are resolved for them: told as calls under way when
 * they last. Sockets are only looked at. Those of HTTP are part of their request.
 * Lifecycle: look (every some milliseconds); ended, when Node has timed one.
 */
function watchConnecting({ on, begin, end }) {
  /** When each was first seen. */
  const sockets = new Map();
  /** By kind and target, the socket whose call was begun. */
  const begun = new Map();
  let undiciConnects = 0;

  on('net.client.socket', ({ socket }) => {
    if (sockets.size < MOST_SOCKETS && undiciConnects === 0) sockets.set(socket, now());
  });
  on('undici:client:beforeConnect', () => undiciConnects++);
  on('undici:client:connected', () => undiciConnects--);
  on('undici:client:connectError', () => undiciConnects--);

  function look() {
    for (const [socket, since] of sockets) {
      const name = nameOf(socket);
      if (begun.get(name) === socket) continue;
      for (const [known, other] of begun) if (other === socket) finish(known, socket.errored);
      if (name === undefined) sockets.delete(socket);
      else if (now() - since >= LEAST_SECONDS && !socket._httpMessage && !begun.has(name)) {
        begun.set(name, socket);
        begin(socket, ...name.split(' '), since);
      }
    }
  }

  function finish(name, error) {
    end(begun.get(name), error);
    begun.delete(name);
  }

  return {
    look,
    /** True when it was one of those that were begun. */
    ended({ kind, target }) {
      const name = `${kind} ${target}`;
      const isKnown = begun.has(name);
      if (isKnown) finish(name);
      return isKnown;
    },
  };
}

/** What it waits for; undefined for a socket that no longer does. */
function nameOf(socket) {
  if (!socket.connecting || socket.destroyed) return undefined;
  const timed = Object.getOwnPropertySymbols(socket).find(
    ({ description }) => description === TIMED,
  );
  const { host, port } = socket[timed]?.detail ?? {};
  if (host !== undefined) return `socket ${text(`${host}:${port}`)}`;
  return typeof socket._host === 'string' ? `dns ${text(socket._host)}` : undefined;
}

module.exports = { watchConnecting };
