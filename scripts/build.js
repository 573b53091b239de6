// `npm run build` and, before packing, `prepack`: in a fresh clone the compiler is installed first.
import { buildDist } from './setup/dist.js';
import { installNpmPackages } from './setup/npm-packages.js';
import { runScript } from './setup.js';
import { step } from './step.js';

await runScript(async () => {
  await step('npm packages', installNpmPackages);
  await step('build', buildDist);
  return 0;
});
