import { ofName } from './by-name.ts';
import type { Survey } from './survey.ts';

const DRAWS =
  /(^|[.:])(random|rand|rand_r|randint|randrange|randn|randbytes|urandom|mt_rand|random_int|random_bytes|lcg_value|drand48|arc4random\w*|getrandom|randomUUID|randomBytes|randomInt|getRandomValues|uuid4|nextGaussian|shuffle|shuf|gen_range|thread_rng)$|^(random|secrets|numpy\.random|math\/rand(\/v2)?|crypto\/rand|rand)\.|^(java\.util\.)?(Secure|Splittable)?Random$|^ThreadLocalRandom\./;

const draws = ofName((name) => DRAWS.test(name));

/** Are random numbers drawn? Two runs of the same program may then differ. */
export function usesRandomness({ units, root, spec }: Survey): boolean {
  if (spec.language === 'shell' && /\$\{?RANDOM\b/.test(root.text)) return true;
  return units.some((unit) => unit.calls.some(({ named }) => draws(named)));
}
