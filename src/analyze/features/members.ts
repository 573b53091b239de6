import type { SyntaxNode } from '#analyze/syntax/node.ts';
import { withBases } from './call-graph.ts';
import { lastPart } from './callee.ts';
import type { Call, Survey, Unit } from './survey.ts';

/** A value that a name is given, and the function that does. */
export type Given = { readonly value: SyntaxNode | undefined; readonly unit: Unit };

/** `self.client`, `this.#client`, `@client`. */
export const MEMBER = /^((self|this|\$this)\.#?|@)\w+$/;
const CONSTRUCTORS = /^(__init__|constructor|initialize|__construct)$/;
const NONE: readonly never[] = [];

/** What members of objects are given, in any method of their class and of those it is made from. */
// create → assignmentsTo(member, class) …
export class Members {
  readonly #survey: Survey;
  readonly #ofClass = new Map<string | undefined, ReadonlyMap<string, Given[]>>();
  #made: ReadonlyMap<string, readonly Call[]> | undefined;

  constructor(survey: Survey) {
    this.#survey = survey;
  }

  assignmentsTo(member: string, className: string | undefined): readonly Given[] {
    const known = this.#ofClass.get(className) ?? this.#gathered(className);
    this.#ofClass.set(className, known);
    return known.get(member) ?? NONE;
  }

  /** The calls that make an object by this constructor: by the name of its class. */
  making({ name, className }: Unit): readonly Call[] {
    if (className === undefined || (name !== className && !CONSTRUCTORS.test(name))) return NONE;
    this.#made ??= Map.groupBy(
      this.#survey.units.flatMap(({ calls }) => calls),
      (call) => lastPart(call.name),
    );
    return this.#made.get(className) ?? NONE;
  }

  #gathered(className: string | undefined): ReadonlyMap<string, Given[]> {
    const { units, bases } = this.#survey;
    const classes = new Set(withBases(className, bases));
    const found = new Map<string, Given[]>();
    for (const unit of units)
      if (classes.has(unit.className))
        for (const [target, all] of unit.assignments) {
          const name = target.replace('->', '.');
          if (!MEMBER.test(name)) continue;
          const given = all.map(({ value }) => ({ value, unit }));
          found.set(name, [...(found.get(name) ?? NONE), ...given]);
        }
    return found;
  }
}
