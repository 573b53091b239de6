import { statfsSync } from 'node:fs';
import { MEMORY_FOLDER } from '../guest/script.ts';
import type { Image } from '../image/store.ts';
import type { MicrovmOptions } from '../options.ts';
import { problemOf } from '../problem-of.ts';
import { UnderWay } from '../under-way.ts';
import type { Vmm } from '../vmm/types.ts';
import { makeTemplate, type TemplateRequest } from './make.ts';
import { findTemplate, refusalOf, type Template, type TemplateShape } from './store.ts';

const making = new UnderWay<Template>();
/** Shapes of which none could be made, and why: it is tried once by every controller. */
const failed = new Map<string, string>();

export type TemplateOutcome =
  | { readonly template: Template }
  /** Why there is none. */
  | { readonly problem: string };

/** The kept machine of a shape; it is made where there is none. */
export async function requireTemplate(
  options: Pick<MicrovmOptions, 'imagesFolder' | 'vmm' | 'mention'>,
  image: Image,
  request: TemplateRequest,
): Promise<TemplateOutcome> {
  const shape = await shapeOf(options.vmm, request);
  const name = JSON.stringify([image.folder, shape]);
  const problem = whyNoRoom(request.bootMemoryBytes) ?? refusalOf(image, shape) ?? failed.get(name);
  if (problem !== undefined) return { problem };
  const known = findTemplate(image, shape);
  if (known) return { template: known };
  try {
    return { template: await making.get(name, () => make(options, image, request, shape)) };
  } catch (error) {
    failed.set(name, problemOf(error));
    return { problem: problemOf(error) };
  }
}

/** Each machine has a copy of the memory. */
function whyNoRoom(bytes: number): string | undefined {
  try {
    const { bavail, bsize } = statfsSync(MEMORY_FOLDER);
    return bavail * bsize < bytes ? `${MEMORY_FOLDER} has no room` : undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function make(
  options: Parameters<typeof requireTemplate>[0],
  image: Image,
  request: TemplateRequest,
  shape: TemplateShape,
): Promise<Template> {
  options.mention('keeping a machine that has booted, for this run and later ones');
  return makeTemplate(options, image, request, shape);
}

async function shapeOf(vmm: Vmm, request: TemplateRequest): Promise<TemplateShape> {
  const { processors, mostProcessors, bootMemoryBytes, mostPluggedBytes, processorsBy } = request;
  const memory = { bootMemoryBytes, mostPluggedBytes };
  return { processors, mostProcessors, ...memory, processorsBy, stateKind: await vmm.stateKind() };
}
