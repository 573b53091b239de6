import type { SyntaxNode } from '#analyze/syntax/node.ts';
import { entered, type Assignment, type OpenUnit } from './unit.ts';

/** `Scanner in = …`, `f(Node node)`, `reader = FastReader()`. */
export function recordType(unit: OpenUnit, node: SyntaxNode): void {
  if (node.role === 'declare' || node.role === 'parameter') {
    const type = node.child('type');
    if (type === undefined) return recordAnnotation(unit, node);
    for (const child of node.children) {
      const name =
        child.role === 'assign' ? child.child('left') : child.slot === 'name' ? child : undefined;
      if (name !== undefined) setType(unit, name.text, type.text);
    }
  } else if (node.role === 'assign') {
    recordGoType(unit, node);
    const value = node.child('right');
    const made =
      value?.role === 'new'
        ? value.child('callee')
        : value?.role === 'call'
          ? value.child('callee')
          : undefined;
    const name = node.child('left')?.text;
    if (
      name !== undefined &&
      made !== undefined &&
      /^[A-Z]\w*$/.test(made.text) &&
      !unit.types.has(name)
    )
      setType(unit, name, made.text);
  }
}

/** `var s string`, `var one, other *Node` */
function recordGoType(unit: OpenUnit, node: SyntaxNode): void {
  const type = node.type === 'var_spec' ? node.child('type')?.text : undefined;
  if (type !== undefined) for (const name of node.all('left')) setType(unit, name.text, type);
}

/** Python's `rows: list[int] = None`: its types are no nodes. */
function recordAnnotation(unit: OpenUnit, { type, text }: SyntaxNode): void {
  if (!/^typed_(default_)?parameter$/.test(type)) return;
  const [, name, annotation] = /^(\w+)\s*:\s*([\w.]+)/.exec(text) ?? [];
  if (name !== undefined && annotation !== undefined) setType(unit, name, annotation);
}

export function recordAssignment(unit: OpenUnit, node: SyntaxNode): void {
  const target = node.child('left') ?? node.child('name') ?? node.child('variable');
  if (target === undefined) return;
  if (node.role === 'array') return add(unit, baseOf(target), { target, value: node, node });
  if (target.role === 'array' && target.child('size') !== undefined)
    return add(unit, baseOf(target), { target, value: target, node });
  const given =
    node.child('right') ?? node.child('value') ?? node.child('iterable') ?? unnamedValue(node);
  const targets = target.role === 'tuple' ? target.children : [target];
  // Go's `v, ok := m[k]` takes several from one, which is no pair.
  const isOne = given?.type === 'expression_list' && given.children.length === 1;
  const value = isOne && targets.length > 1 ? given.children[0] : given;
  const values =
    value?.role === 'tuple' && value.children.length === targets.length
      ? value.children
      : undefined;
  targets.forEach((each, at) => {
    add(unit, each.text, { target: each, value: values?.[at] ?? value, node });
  });
}

/** `with open(path) as file, …` */
export function recordWith(unit: OpenUnit, node: SyntaxNode): void {
  const values = node.all('value');
  values.forEach((target, at) => {
    const value = values[at - 1];
    if (target.role === 'name' && value !== undefined && value.role !== 'name')
      add(unit, target.text, { target, value, node });
  });
}

function add(unit: OpenUnit, name: string, assignment: Assignment): void {
  const known = unit.assignments.get(name);
  if (known !== undefined) return void known.push(assignment);
  unit.assignments = entered(unit.assignments, name, [assignment]);
  if (name.endsWith(']')) unit.stored.push(name);
}

function setType(unit: OpenUnit, name: string, type: string): void {
  unit.types = entered(unit.types, name, type);
}

/** Go's `var a [10]int` makes it by its type. */
function unnamedValue(node: SyntaxNode): SyntaxNode | undefined {
  const type = node.type === 'var_spec' ? node.child('type') : undefined;
  return type?.role === 'array' ? type : undefined;
}

/** `a` of `a[10][20]`. */
function baseOf(target: SyntaxNode): string {
  return target.text.replace(/\[.*$/s, '');
}
