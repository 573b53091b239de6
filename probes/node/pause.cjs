'use strict';
const { containersOf, fileOf, loopsOf, readFrames, valuesOf } = require('./frames.cjs');
const { openPositions } = require('./positions.cjs');

const MOST_SCRIPTS = 20_000;
const FRAMES_READ = 3;
const SCOPES_READ = 4;
const STOPS_PER_LOOP = 8;
const SCOPES = new Set(['local', 'block', 'module', 'script', 'closure']);

/**
 * Stops the main thread for what stands on its stack and in its variables. The debugger is there for
 * that time only: code that was stopped in once runs slowly for as long as it stays.
 */
function openPause({ session, post }, { plan, folder, ownModules }) {
  /** Where each script came from; frames name it by number. */
  const scripts = new Map();
  const positionOf = openPositions(post);
  let modules = 0;

  session.on('Debugger.scriptParsed', ({ params }) => {
    if (scripts.size < MOST_SCRIPTS) scripts.set(params.scriptId, params.url);
    if (params.scriptLanguage === 'WebAssembly') modules++;
  });

  /**
   * Stops at the next round of a loop that awaits: between rounds its function is on no stack. Undefined
   * where none came until then, or the program has none of these loops.
   */
  async function nextRound(loops, until) {
    scripts.clear();
    modules = 0;
    const paused = new Promise((settle) => session.once('Debugger.paused', settle));
    await post('Debugger.enable');
    if (modules > ownModules) return undefined;
    const isSet = await Promise.all(loops.map(stopInside));
    if (!isSet.some((count) => count > 0)) return undefined;
    const event = await Promise.race([paused, until]);
    if (event === undefined) return undefined;
    const found = await read(event.params.callFrames);
    await post('Debugger.resume');
    return found;
  }

  /** At the beginnings of its body: where it goes on after an `await` is one of them, or before one. */
  async function stopInside({ file, first, last }) {
    const scriptId = [...scripts].find(([, url]) => fileOf(url, folder) === file)?.[0];
    if (scriptId === undefined) return 0;
    const { locations = [] } = await post('Debugger.getPossibleBreakpoints', {
      start: { scriptId, lineNumber: first - 1 },
      end: { scriptId, lineNumber: last },
    });
    // In its head stands what happens once.
    const inside = first === last ? locations : locations.filter((at) => at.lineNumber >= first);
    const chosen = inside.slice(0, STOPS_PER_LOOP);
    await Promise.all(chosen.map((location) => post('Debugger.setBreakpoint', { location })));
    return chosen.length;
  }

  /** Undefined for a program with WebAssembly, which runs several times slower under a debugger. */
  async function pause() {
    scripts.clear();
    modules = 0;
    await post('Debugger.enable');
    if (modules > ownModules) return undefined;
    let callFrames = await stop('Debugger.pause');
    if (isBetweenRounds(callFrames)) callFrames = await stop('Debugger.stepOver');
    const found = await read(callFrames);
    await post('Debugger.resume');
    return found;
  }

  async function stop(how) {
    const paused = new Promise((settle) => session.once('Debugger.paused', settle));
    void post(how);
    return (await paused).params.callFrames;
  }

  /** V8 stops at the end of a round, where the variables of a loop are in no scope: a step on they are. */
  function isBetweenRounds([{ location }]) {
    const file = fileOf(scripts.get(location.scriptId) ?? '', folder);
    return plan[file]?.loops.some(({ first }) => first === location.lineNumber + 1) ?? false;
  }

  async function read(callFrames) {
    const frames = callFrames.map(({ functionName, location, scopeChain }) => ({
      functionName,
      url: scripts.get(location.scriptId) ?? '',
      lineNumber: location.lineNumber,
      scopes: scopeChain
        .filter(({ type }) => SCOPES.has(type))
        .slice(0, SCOPES_READ)
        .map(({ object }) => object.objectId),
    }));
    const { own, ...told } = readFrames(frames, folder, plan);
    const variables = [];
    for (const frame of own.slice(0, FRAMES_READ))
      variables.push({ frame, values: await variablesOf(post, frame.scopes) });
    return {
      ...told,
      isOwn: own.length > 0,
      containers: containersOf(variables),
      loops: await loopsOf(variables, plan, { lengthOf, positionOf }),
      values: valuesOf(variables, plan, lengthOf),
    };
  }

  return { pause, nextRound };
}

async function variablesOf(post, scopes) {
  const values = new Map();
  for (const objectId of scopes) {
    const { result = [] } = await post('Runtime.getProperties', { objectId, ownProperties: true });
    for (const { name, value } of result.slice(0, 40))
      if (value && !values.has(name)) values.set(name, value);
  }
  return values;
}

/** Of arrays the inspector says it; nothing of the program is called. */
function lengthOf(value) {
  const [, length] = /\((\d+)\)$/.exec(value?.description ?? '') ?? [];
  return length === undefined ? undefined : Number(length);
}

module.exports = { openPause };
