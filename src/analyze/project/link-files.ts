import { resolve } from 'node:path';
import type { LinkedAnalysis } from '#analyze/analyze.ts';
import { isNothingForeign } from '#analyze/links/foreign.ts';
import type { FileTask } from './analyze-file.ts';
import type { Crew } from './crew.ts';
import { LinkPlan } from './link-plan.ts';

/** Analyses anew, and in place, what leads to other files, once what is in those is known. */
export async function linkFiles(
  analyses: LinkedAnalysis[],
  given: {
    readonly paths: readonly string[];
    readonly crew: Crew;
    readonly taskOf: (at: number) => FileTask;
  },
): Promise<void> {
  const { paths, crew, taskOf } = given;
  const plan = new LinkPlan(
    paths.map((path, at) => ({ at, name: path, path: resolve(path), links: analyses[at]!.links })),
  );
  for (const wave of plan.waves()) {
    const tasks = wave.flatMap((at) => {
      const foreign = plan.foreignOf(at);
      return isNothingForeign(foreign) ? [] : [{ at, task: { ...taskOf(at), foreign } }];
    });
    const linked = await crew.run(
      tasks.map(({ task }) => task),
      () => {},
    );
    for (const [index, { at }] of tasks.entries()) {
      analyses[at] = linked[index]!;
      plan.update(at, linked[index]!.links);
    }
  }
}
