import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { buildingFolder, sweepBuilds, type Image } from '../image/store.ts';
import { inLoneMachine, type LoneMachineSpec } from '../lone-machine.ts';
import type { MicrovmOptions } from '../options.ts';
import { keepTemplate, templateIn, type Template, type TemplateShape } from './store.ts';

/** A machine as it is to be kept. */
export type TemplateRequest = Omit<LoneMachineSpec, 'start'>;

/** Boots a machine of this shape, stops it when its agent waits for a run, and keeps it. */
export async function makeTemplate(
  { imagesFolder, vmm }: Pick<MicrovmOptions, 'imagesFolder' | 'vmm'>,
  image: Image,
  request: TemplateRequest,
  shape: TemplateShape,
): Promise<Template> {
  await sweepBuilds(imagesFolder);
  const folder = buildingFolder(imagesFolder);
  try {
    const made = templateIn(`${folder}/template`);
    mkdirSync(made.folder);
    writeFileSync(made.memoryPath, '', { mode: 0o600 });
    truncateSync(made.memoryPath, request.bootMemoryBytes);
    const spec = { ...request, start: { kind: 'to-keep', memoryPath: made.memoryPath } } as const;
    await inLoneMachine({ vmm, folder, spec }, async ({ machine, link }) => {
      link.close();
      await machine.keep(made.statePath);
    });
    return await keepTemplate(image, shape, made.folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
