import type { Deadline } from '#analyze/deadline.ts';
import type { LanguageSpec } from '#analyze/languages/language-spec.ts';
import { isAtom } from '#analyze/syntax/atom.ts';
import type { Role, SyntaxNode } from '#analyze/syntax/node.ts';
import { CalledName, ofName } from './by-name.ts';
import { calleeName, dotted } from './callee.ts';
import { count, countedAs, counts } from './counted.ts';
import {
  baseNames,
  className,
  functionName,
  hasOpenParameters,
  parameterNames,
  receiverClass,
} from './function-names.ts';
import { isLoop } from './loop-parts.ts';
import { isIterated } from './repeated.ts';
import { recordAssignment, recordType, recordWith } from './recorded.ts';
import { NOTHING, type Unit } from './unit.ts';

export type { Assignment, Call, Loop, Unit } from './unit.ts';

export type Survey = {
  readonly spec: LanguageSpec;
  readonly root: SyntaxNode;
  readonly units: readonly Unit[];
  readonly topLevel: Unit;
  readonly imports: ReadonlyMap<string, string>;
  /** By local name: where it is imported. */
  readonly importedAt: ReadonlyMap<string, SyntaxNode>;
  readonly unitOf: ReadonlyMap<SyntaxNode, Unit>;
  /** By class: the names in its head, of what it is made from. */
  readonly bases: ReadonlyMap<string, readonly string[]>;
  /** By name, what the fields of classes start with. */
  readonly fields: ReadonlyMap<string, readonly SyntaxNode[]>;
  /** One for all calls of a name. */
  readonly named: (name: string) => CalledName;
};

const adds = ofName((name, { library }) => library.grows.test(name));

const SEQUENCES: ReadonlySet<Role> = new Set(['list', 'tuple', 'string', 'call']);

/** Everything that features need, gathered in one walk. */
export function survey(root: SyntaxNode, spec: LanguageSpec, deadline: Deadline): Survey {
  const gathering = new Gathering(root, spec, deadline);
  gathering.visitChildren(root, { unit: gathering.topLevel, loopDepth: 0, className: undefined });
  return gathering;
}

type Place = {
  readonly unit: Unit;
  readonly loopDepth: number;
  readonly className: string | undefined;
};

// create → visitChildren(root), once.
class Gathering implements Survey {
  readonly spec: LanguageSpec;
  readonly root: SyntaxNode;
  readonly topLevel: Unit;
  readonly units: Unit[] = [];
  readonly imports = new Map<string, string>();
  readonly importedAt = new Map<string, SyntaxNode>();
  readonly unitOf = new Map<SyntaxNode, Unit>();
  readonly bases = new Map<string, readonly string[]>();
  readonly fields = new Map<string, SyntaxNode[]>();
  readonly #names = new Map<string, CalledName>();
  readonly #deadline: Deadline;

  constructor(root: SyntaxNode, spec: LanguageSpec, deadline: Deadline) {
    this.root = root;
    this.spec = spec;
    this.#deadline = deadline;
    this.topLevel = this.#unit({
      name: '(top level)',
      node: root,
      parent: undefined,
      className: undefined,
    });
  }

  visitChildren(node: SyntaxNode, place: Place): void {
    for (const child of node.children) this.#visit(child, place);
  }

  #visit(node: SyntaxNode, place: Place): void {
    if (this.#deadline.passed() || isAtom(node)) return;
    if (this.spec.isEndless?.(node)) node.role = 'forever';
    if (node.role === 'import') return this.#import(node);
    if (node.role === 'class') return this.#class(node, place);
    const unit = this.#opensUnit(node)
      ? this.#unit({
          name: functionName(node),
          node,
          parent: place.unit,
          className: receiverClass(node) ?? place.className,
        })
      : place.unit;
    const inside = unit === place.unit ? place : { ...place, unit, loopDepth: 0 };
    this.#record(node, inside);
    if (isComprehension(node)) return this.#comprehension(node, inside);
    if (!this.#isLoop(node, unit)) return this.visitChildren(node, inside);
    unit.loops.push({ node, unit, depth: inside.loopDepth + 1 });
    for (const child of node.children)
      this.#visit(child, repeats(child) ? { ...inside, loopDepth: inside.loopDepth + 1 } : inside);
  }

  #class(node: SyntaxNode, place: Place): void {
    const name = className(node);
    if (name !== undefined) this.bases.set(name, baseNames(node));
    this.visitChildren(node, { ...place, className: name ?? place.className });
  }

  /** A comprehension's element is written before its loops but runs inside them. */
  #comprehension(node: SyntaxNode, place: Place): void {
    const clauses = node.children.filter((child) => child.role === 'comprehensionFor');
    let depth = place.loopDepth;
    for (const clause of clauses) {
      place.unit.loops.push({ node: clause, unit: place.unit, depth: depth + 1 });
      count(place.unit, clause.role);
      this.visitChildren(clause, { ...place, loopDepth: depth });
      depth += 1;
    }
    for (const child of node.children)
      if (child.role !== 'comprehensionFor') this.#visit(child, { ...place, loopDepth: depth });
  }

  #record(node: SyntaxNode, { unit, loopDepth }: Place): void {
    if (counts(node, unit)) count(unit, countedAs(node));
    if (isRepetition(node)) unit.repetitions.push(node);
    recordType(unit, node);
    const container = this.spec.appendsTo?.(node);
    if (container !== undefined) this.#call(`${dotted(container)}.append`, node, unit, loopDepth);
    if (node.role === 'call' || node.role === 'new') {
      this.#call(calleeName(node, this.imports), node, unit, loopDepth);
      const command = this.spec.commandIn?.(node);
      if (command !== undefined) this.#call(command.text, node, unit, loopDepth);
    } else if (node.role === 'return') unit.returned.push(node);
    else if (node.role === 'assign' || node.role === 'augment') {
      recordAssignment(unit, node);
      this.#bring(this.spec.required?.(node), node);
    } else if (node.role === 'with') recordWith(unit, node);
    else if (node.role === 'field') this.#field(node);
    else if (isDeclaredArray(node) || (isLoop(node) && node.child('iterable') !== undefined))
      recordAssignment(unit, node);
  }

  #call(name: string, node: SyntaxNode, unit: Unit, loopDepth: number): void {
    const named = this.named(name);
    const call = { name: named.text, named, node, unit, loopDepth };
    unit.calls.push(call);
    if (adds(named)) unit.adding.push(call);
  }

  named(name: string): CalledName {
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    const named = new CalledName(name, this.spec);
    this.#names.set(name, named);
    return named;
  }

  #field(node: SyntaxNode): void {
    const name = (node.child('property') ?? node.child('name'))?.text;
    const value = node.child('value') ?? node.child('right');
    if (name === undefined || value === undefined) return;
    this.fields.set(name, [...(this.fields.get(name) ?? []), value]);
  }

  /** Where blocks are the loops of a language, those that run once per element count as such. */
  #isLoop(node: SyntaxNode, unit: Unit): boolean {
    if (isLoop(node)) return true;
    return (
      node.role === 'closure' &&
      this.spec.blocksLoop === true &&
      node !== unit.node &&
      isIterated(node)
    );
  }

  #opensUnit(node: SyntaxNode): boolean {
    return (
      node.role === 'function' ||
      (node.role === 'closure' && !this.spec.cyclomatic.closuresCountInParent)
    );
  }

  #unit(init: Pick<Unit, 'name' | 'node' | 'parent' | 'className'>): Unit {
    const unit: Unit = {
      ...init,
      id: this.units.length,
      parameters: parameterNames(init.node),
      hasOpenParameters: hasOpenParameters(init.node),
      isStrict: this.spec.strictArity === true,
      hasImplicitThis: this.spec.implicitThis === true,
      calls: [],
      adding: [],
      loops: [],
      repetitions: [],
      returned: [],
      assignments: NOTHING,
      stored: [],
      types: NOTHING,
      counts: NOTHING,
    };
    this.units.push(unit);
    this.unitOf.set(init.node, unit);
    return unit;
  }

  #import(node: SyntaxNode): void {
    this.#bring(this.spec.imports?.(node), node);
  }

  #bring(names: readonly (readonly [string, string])[] | undefined, at: SyntaxNode): void {
    for (const [local, qualified] of names ?? []) {
      this.imports.set(local, qualified);
      this.importedAt.set(local, at);
    }
  }
}

function isComprehension(node: SyntaxNode): boolean {
  return node.role === 'comprehension' || node.role === 'generator';
}

/** A loop's iterable and initialiser run once; condition, update and body run every time. */
function repeats(child: SyntaxNode): boolean {
  return child.slot !== 'iterable' && child.slot !== 'initializer' && child.role !== 'else';
}

function isRepetition({ role, operator, children }: SyntaxNode): boolean {
  return role === 'binary' && operator === '*' && children.some((side) => SEQUENCES.has(side.role));
}

/** C's `int table[1000];` makes something without a value. */
function isDeclaredArray({ role, parent }: SyntaxNode): boolean {
  return role === 'array' && parent?.role === 'declare';
}
