'use strict';
const channels = require('node:diagnostics_channel');
const { PerformanceObserver } = require('node:perf_hooks');
const { threadId } = require('node:worker_threads');
const { watchConnecting } = require('./connecting.cjs');
const { now, text } = require('./messages.cjs');
const { CALLS } = require('./shared.cjs');

/** Calls are numbered within a process: each of its threads has its own range. */
const IDS_PER_THREAD = 2 ** 32;
/** Beginnings and ends that are told at once, a second. */
const MOST_TOLD = 40;
const LENGTH = /^content-length$/i;

/**
 * Returns what is to be called every some milliseconds: connections that are being made are looked for.
 * Notices a program's calls to other systems through Node's own diagnostics channels; nothing is
 * wrapped. The looking thread reads from a shared number how many calls are under way.
 */
function watchCalls(send, shared) {
  const open = new WeakMap();
  let last = threadId * IDS_PER_THREAD;
  let since = 0;
  let told = 0;

  function tell(call) {
    if (now() - since >= 1) [since, told] = [now(), 0];
    if (++told > MOST_TOLD) return;
    send({ kind: 'call', call });
  }
  function begin(key, kind, target, since = now()) {
    const call = { id: ++last, kind, target: text(target), since };
    open.set(key, call);
    Atomics.add(shared, CALLS, 1);
    tell(call);
  }
  /** Names and values in turn, as texts or bytes. */
  function measure(key, headers) {
    const at = headers.findIndex((each, at) => at % 2 === 0 && LENGTH.test(String(each)));
    const bytes = Number(headers[at + 1]);
    if (at >= 0 && open.has(key)) open.set(key, { ...open.get(key), bytes });
  }
  function end(key, error) {
    const call = open.get(key);
    if (call === undefined) return;
    open.delete(key);
    Atomics.sub(shared, CALLS, 1);
    tell({ ...call, seconds: now() - call.since, ...(error && { error: text(error.name) }) });
  }

  const on = (name, listener) => channels.subscribe(name, (message) => quietly(listener, message));
  on('http.client.request.start', ({ request }) =>
    begin(request, 'http', `${request.host}:${request.socket?.remotePort ?? portOf(request)}`),
  );
  on('http.client.response.finish', ({ request, response }) => {
    measure(request, response.rawHeaders);
    end(request);
  });
  on('http.client.request.error', ({ request, error }) => end(request, error));
  on('undici:request:create', ({ request }) =>
    begin(request, 'http', new URL(request.origin).host),
  );
  on('undici:request:headers', ({ request, response }) => measure(request, response.headers));
  on('undici:request:trailers', ({ request }) => end(request));
  on('undici:request:error', ({ request, error }) => end(request, error));
  const connecting = watchConnecting({ on, begin, end });
  watchConnections((call) => {
    if (!connecting.ended(call)) tell({ id: ++last, ...call });
  });
  return () => quietly(connecting.look);
}

/** Names that were resolved and connections that were made, told when they are: Node times them itself. */
function watchConnections(tell) {
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) quietly((timed) => tell(endedCall(timed)), entry);
  });
  observer.observe({ entryTypes: ['dns', 'net'] });
}

function endedCall({ entryType, startTime, duration, detail }) {
  return {
    kind: entryType === 'dns' ? 'dns' : 'socket',
    target: text(entryType === 'dns' ? detail.hostname : `${detail.host}:${detail.port}`),
    since: now() - (performance.now() - startTime) / 1000,
    seconds: duration / 1000,
  };
}

function portOf(request) {
  return (
    /:(\d+)$/.exec(request.getHeader('host') ?? '')?.[1] ??
    (request.protocol === 'https:' ? 443 : 80)
  );
}

function quietly(listener, message) {
  try {
    listener(message);
  } catch {
    // What cannot be told is not told.
  }
}

module.exports = { watchCalls };
