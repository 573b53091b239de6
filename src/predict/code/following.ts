import type { Site } from '#model/site.ts';
import { loopAround, type CodeMap, type LastingLoop, type Step } from './code-map.ts';

/** Of the program's own script, with the profile's name of the function; innermost first. */
export type CodeFrame = { readonly function: string; readonly line: number };

export type Expected = { readonly site: Site; readonly chance: number };

/** One of two paths, where nothing says which. */
const CONDITIONAL = 0.5;
/** A loop may not be entered, or not go round again. */
const LOOP = 0.8;
const LEAST_CHANCE = 0.05;
const DEEPEST = 8;
const MOST_EXPECTED = 16;

/**
 * What a run comes to from where it is, in order, up to the first thing that lasts: a wait, a call to
 * another system, a loop of many rounds. Straight on is certain, a branch is half as likely, another
 * round of a loop four fifths. What lies behind what lasts cannot be prepared now.
 */
export function following(map: CodeMap, frames: readonly CodeFrame[]): readonly Expected[] {
  const walk = new Walk(map);
  for (const [depth, frame] of frames.slice(0, DEEPEST).entries()) {
    const entered = depth === 0 ? undefined : frames[depth - 1]!.function;
    if (!walk.leave(frame, entered)) break;
  }
  return walk.found;
}

class Walk {
  readonly found: Expected[] = [];
  readonly #map: CodeMap;

  constructor(map: CodeMap) {
    this.#map = map;
  }

  /** The rest of a frame; false when the run does not soon come out of it. */
  leave({ function: name, line }: CodeFrame, entered: string | undefined): boolean {
    const { steps, loops } = this.#map.of(name);
    const rest = steps.slice(firstAfter(steps, line, entered));
    const around = loopAround(loops, line);
    const later = loops.filter(({ startLine }) => startLine > line);
    if (around === undefined) return this.#take({ steps: rest, loops: later, chance: 1, path: [] });
    const inRound = rest.filter((step) => step.line <= around.endLine);
    const within = later.filter(({ endLine }) => endLine <= around.endLine);
    const nextRound = steps.filter(
      (step) => step.line >= around.startLine && !inRound.includes(step),
    );
    if (this.#take({ steps: inRound, loops: within, chance: 1, path: [] }))
      this.#take({
        steps: nextRound.filter((step) => step.line <= line),
        loops: [],
        chance: LOOP,
        path: [],
      });
    return false;
  }

  /** True when all of it is soon over. */
  #take(way: {
    readonly steps: readonly Step[];
    readonly loops: readonly LastingLoop[];
    readonly chance: number;
    readonly path: readonly string[];
  }): boolean {
    for (const step of way.steps) {
      if (way.loops.some(({ endLine }) => endLine < step.line)) return false;
      const inLoop = loopAround(way.loops, step.line) === undefined ? 1 : LOOP;
      const chance = way.chance * inLoop * chanceOf(step);
      if (chance < LEAST_CHANCE || this.found.length >= MOST_EXPECTED) return false;
      if (!this.#step(step, chance, way.path)) return false;
    }
    return way.loops.length === 0;
  }

  #step(step: Step, chance: number, path: readonly string[]): boolean {
    if (step.kind === 'site') {
      this.found.push({ site: step.site, chance });
      return step.site.kind !== 'wait' && step.site.kind !== 'external';
    }
    const { calls, isConditional } = step.call;
    // What recurs lasts.
    if (path.includes(calls) || path.length >= DEEPEST) return false;
    const { steps, loops } = this.#map.of(calls);
    const isOver = this.#take({ steps, loops, chance, path: [...path, calls] });
    return isOver || isConditional === true;
  }
}

function chanceOf(step: Step): number {
  const { isConditional } = step.kind === 'site' ? step.site : step.call;
  return isConditional === true ? CONDITIONAL : 1;
}

/** Behind the line, or, where the run is in a function called there, behind that call. */
function firstAfter(steps: readonly Step[], line: number, entered: string | undefined): number {
  const at = steps.findIndex(
    (step) => step.kind === 'call' && step.line === line && step.call.calls === entered,
  );
  if (at !== -1) return at + 1;
  const next = steps.findIndex((step) => step.line > line);
  return next === -1 ? steps.length : next;
}
