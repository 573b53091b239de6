import { readdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { hasCode, readLimit, writeIfPresent } from './files.ts';

/** Of a cgroup version: the file that holds a weight, and the most that the kernel takes. */
type WeightFile = { readonly file: string; readonly most: number };

type Controller = {
  readonly weights: Map<string, number>;
  written: number;
  balancing: NodeJS.Timeout | undefined;
};

/** The kernel goes through all processors to change the weight of many; what comes and goes is added up. */
const BALANCE_AFTER_MS = 10;

/**
 * Nobody else writes the weights below a controller's cgroup: they are read once, when the first
 * instance in there is met, and not again for each that comes and goes.
 */
const controllers = new Map<string, Controller>();

/** Sets an instance's weight, and gives its controller's cgroup the weights of its instances together. */
export function setCpuWeight(folder: string, weight: number, { file, most }: WeightFile): void {
  writeIfPresent(`${folder}/${file}`, weight);
  const above = dirname(folder);
  const controller = controllers.get(above) ?? meet(above, file);
  controller.weights.set(basename(folder), weight);
  balanceSoon(above, controller, { file, most });
}

/** The instance is gone; true when it was the last of its controller. */
export function dropCpuWeight(folder: string, weightFile: WeightFile): boolean {
  const above = dirname(folder);
  const controller = controllers.get(above) ?? meet(above, weightFile.file);
  controller.weights.delete(basename(folder));
  const isLast = controller.weights.size === 0;
  if (isLast) forget(above, controller);
  else balanceSoon(above, controller, weightFile);
  return isLast;
}

function balanceSoon(folder: string, controller: Controller, weightFile: WeightFile): void {
  controller.balancing ??= setTimeout(() => {
    controller.balancing = undefined;
    balance(folder, controller, weightFile);
  }, BALANCE_AFTER_MS).unref();
}

function balance(folder: string, controller: Controller, { file, most }: WeightFile): void {
  const sum = [...controller.weights.values()].reduce((total, weight) => total + weight, 0);
  const weight = Math.min(most, sum);
  if (sum === 0 || weight === controller.written) return;
  writeIfPresent(`${folder}/${file}`, weight);
  controller.written = weight;
}

function forget(folder: string, { balancing }: Controller): void {
  clearTimeout(balancing);
  controllers.delete(folder);
}

function meet(folder: string, file: string): Controller {
  const weights = foldersIn(folder).map((name): [string, number] => [
    name,
    readLimit(`${folder}/${name}/${file}`) ?? 0,
  ]);
  const controller = { weights: new Map(weights), written: Number.NaN, balancing: undefined };
  controllers.set(folder, controller);
  return controller;
}

/** None where the last instance has just taken its controller's cgroup along. */
function foldersIn(folder: string): readonly string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENODEV')) return [];
    throw error;
  }
}
