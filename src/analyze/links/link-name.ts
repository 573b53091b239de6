import { resolve } from '#analyze/features/callee.ts';
import type { Call, Survey, Unit } from '#analyze/features/survey.ts';
import { namesFrom } from '#analyze/languages/javascript/required.ts';
import { keptWithSource } from '#analyze/syntax/kept-with.ts';
import { lineAt } from '#analyze/syntax/node.ts';

const REQUIRE =
  /\b(?:const|let|var)\s+(\{[^}]{0,2000}\}|[\w$]+)\s*=\s*require\(\s*['"](\.{1,2}\/[^'"]+)['"]\s*\)/g;

/** A name from elsewhere, and the line that brings it in. */
export type Bound = readonly [local: string, qualified: string, line: number];

const required = keptWithSource((): { names?: Required } => ({}));

/**
 * The name by which a call may lead into another file: imports and `require` resolved, and the class
 * in place of an object whose class is known (`h = Helper()`, `h.run()` → `helper.Helper.run`).
 */
export function linkName({ name, unit }: Call, code: Survey): string {
  const dot = name.indexOf('.');
  const type = dot > 0 ? typeOf(name.slice(0, dot), unit) : undefined;
  const full = type === undefined ? name : resolve(type, code.imports) + name.slice(dot);
  return boundName(full, code);
}

/** The whole name of what a file knows by `require`. */
export function boundName(name: string, code: Survey): string {
  return resolve(name, requiredBy(code).names);
}

/** Whether a name is one from elsewhere. */
export function isBound(name: string, code: Survey): boolean {
  return code.imports.has(name) || requiredBy(code).names.has(name);
}

/** What a file knows by name. */
export function boundNames(code: Survey): Bound[] {
  const imported = [...code.imports].map(
    ([local, qualified]) => [local, qualified, code.importedAt.get(local)!.line] as const,
  );
  return [...imported, ...requiredBy(code).bound];
}

type Required = { readonly names: ReadonlyMap<string, string>; readonly bound: readonly Bound[] };

/** `const { a, b: c } = require('./x')` binds a to `./x.a` and c to `./x.b`. */
function requiredBy(code: Survey): Required {
  return (required(code.root).names ??= requiredIn(code));
}

function requiredIn(code: Survey): Required {
  const bound: Bound[] = [];
  const { text } = code.root;
  // Asked of every file, though most have none.
  if (code.spec.language.endsWith('script') && text.includes('require('))
    for (const match of text.matchAll(REQUIRE)) {
      const line = lineAt(code.root.source, match.index);
      for (const [local, qualified] of namesFrom(match[1] ?? '', match[2] ?? ''))
        bound.push([local, qualified, line]);
    }
  return { names: new Map(bound.map(([local, qualified]) => [local, qualified])), bound };
}

function typeOf(name: string, from: Unit): string | undefined {
  for (let unit: Unit | undefined = from; unit !== undefined; unit = unit.parent) {
    const type = unit.types.get(name);
    if (type !== undefined) return type;
  }
  return undefined;
}
