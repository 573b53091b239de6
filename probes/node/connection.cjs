'use strict';
const { Session } = require('node:inspector');
const { threadId } = require('node:worker_threads');

const MOST_WORKERS = 16;
/** A thread that sleeps, or is in native code, answers when it is back: nobody waits for it. */
const ANSWER_MS = 50;
/** Identifiers of the inspector are not those of threads; the title has that. */
const OWN_TITLE = `[worker ${threadId}]`;

/**
 * The inspector of the program's threads, for the time of a look. Posts resolve to what the thread
 * answers, or to nothing. Lifecycle: connect → post, workers … → disconnect.
 */
function openConnection() {
  const session = new Session();
  const answers = new Map();
  let attached = [];
  let last = 0;

  const post = (method, params) =>
    new Promise((settle) =>
      session.post(method, params, (error, result) => settle(error ? {} : result)),
    );

  /** What a worker is asked goes by the main thread's inspector. */
  const toWorker = (sessionId) => (method, params) => {
    const id = ++last;
    const message = JSON.stringify({ id, method, params });
    session.post('NodeWorker.sendMessageToWorker', { sessionId, message }, () => {});
    return inTime(new Promise((settle) => answers.set(id, settle)));
  };

  session.on('NodeWorker.attachedToWorker', ({ params }) => attached.push(params));
  session.on('NodeWorker.receivedMessageFromWorker', ({ params }) => {
    const { id, result } = JSON.parse(params.message);
    answers.get(id)?.(result ?? {});
    answers.delete(id);
  });

  return {
    session,
    post,
    connect: () => session.connectToMainThread(),
    disconnect() {
      session.disconnect();
      answers.clear();
    },
    /** Ways to post to the workers of the program, whichever of its threads started them. */
    async workers() {
      attached = [];
      await inTime(post('NodeWorker.enable', { waitForDebuggerOnStart: false }));
      return attached
        .filter(({ workerInfo }) => !workerInfo.title.startsWith(OWN_TITLE))
        .slice(0, MOST_WORKERS)
        .map(({ sessionId }) => toWorker(sessionId));
    },
  };
}

function inTime(answer) {
  let timer;
  const late = new Promise((settle) => {
    timer = setTimeout(settle, ANSWER_MS, {});
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

module.exports = { openConnection };
