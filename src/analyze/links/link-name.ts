import { resolve } from '#analyze/features/callee.ts';
import type { Call, Survey, Unit } from '#analyze/features/survey.ts';

const REQUIRE =
  /\b(?:const|let|var)\s+(\{[^}]{0,2000}\}|[\w$]+)\s*=\s*require\(\s*['"](\.{1,2}\/[^'"]+)['"]\s*\)/g;

const bindings = new WeakMap<Survey, ReadonlyMap<string, string>>();

/**
 * The name by which a call may lead into another file: imports and `require` resolved, and the class
 * in place of an object whose class is known (`h = Helper()`, `h.run()` → `helper.Helper.run`).
 */
export function linkName({ name, unit }: Call, code: Survey): string {
  const dot = name.indexOf('.');
  const type = dot > 0 ? typeOf(name.slice(0, dot), unit) : undefined;
  const full = type === undefined ? name : resolve(type, code.imports) + name.slice(dot);
  return resolve(full, requiredBy(code));
}

/** What a file knows by name: `[local, qualified]`. */
export function boundNames(code: Survey): (readonly [string, string])[] {
  return [...code.imports, ...requiredBy(code)];
}

/** `const { a, b: c } = require('./x')` binds a to `./x.a` and c to `./x.b`. */
function requiredBy(code: Survey): ReadonlyMap<string, string> {
  const known = bindings.get(code);
  if (known !== undefined) return known;
  const found = new Map<string, string>();
  if (code.spec.language.endsWith('script'))
    for (const [, target = '', module = ''] of code.root.text.matchAll(REQUIRE))
      for (const [local, qualified] of boundBy(target, module)) found.set(local, qualified);
  bindings.set(code, found);
  return found;
}

function boundBy(target: string, module: string): (readonly [string, string])[] {
  if (!target.startsWith('{')) return [[target, module]];
  return [...target.matchAll(/([\w$]+)(?:\s*:\s*([\w$]+))?/g)].map(
    ([, name = '', local = name]) => [local, `${module}.${name}`] as const,
  );
}

function typeOf(name: string, from: Unit): string | undefined {
  for (let unit: Unit | undefined = from; unit !== undefined; unit = unit.parent) {
    const type = unit.types.get(name);
    if (type !== undefined) return type;
  }
  return undefined;
}
