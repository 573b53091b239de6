import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Language as Grammar, Parser } from 'web-tree-sitter';
import type { LanguageSpec } from '#analyze/languages/language-spec.ts';
import { lookup } from '#analyze/features/lookup.ts';
import { SLOTS, type Role, type Slot } from './node.ts';
import { slotOf } from './slots.ts';
import { tablesOf, type GrammarTables, type ParserMemory } from './tree-memory.ts';

/** A loaded grammar with its node types translated to the shared vocabulary, by number. */
export type LoadedGrammar = {
  readonly spec: LanguageSpec;
  readonly parser: Parser;
  /** Undefined for nodes that have no role. */
  readonly roleOfType: readonly (Role | undefined)[];
  readonly nameOfType: readonly string[];
  /** Empty for punctuation. */
  readonly operatorOfType: readonly string[];
  readonly namedTypes: Uint8Array;
  readonly slotOfField: (role: Role, fieldId: number) => Slot;
  readonly memory: ParserMemory;
  readonly tables: GrammarTables;
};

const PUNCTUATION = /^[()[\]{},;:."'`]$/;

const loaded = new Map<string, Promise<LoadedGrammar>>();
/** Filled in by the parser's runtime when it starts. */
const memory = {} as ParserMemory;
let runtime: Promise<void> | undefined;

/** Loads a grammar on first use; later calls return the same one. */
export function loadGrammar(spec: LanguageSpec, path: string | undefined): Promise<LoadedGrammar> {
  const specifier = spec.grammar(path);
  const known = loaded.get(specifier);
  if (known !== undefined) return known;
  const loading = load(spec, specifier);
  loaded.set(specifier, loading);
  return loading;
}

async function load(spec: LanguageSpec, specifier: string): Promise<LoadedGrammar> {
  runtime ??= Parser.init(memory);
  const [bytes] = await Promise.all([readFile(grammarPath(specifier)), runtime]);
  const grammar = await Grammar.load(bytes);
  const parser = new Parser();
  parser.setLanguage(grammar);
  return { spec, parser, memory, tables: tablesOf(parser, memory), ...translate(spec, grammar) };
}

/** Beside the built code in a package; before the first build, in the grammar's own package. */
function grammarPath(specifier: string): string {
  const packed = fileURLToPath(
    new URL(`dist/grammars/${specifier}`, import.meta.resolve('#package.json')),
  );
  return existsSync(packed) ? packed : fileURLToPath(import.meta.resolve(specifier));
}

function translate(spec: LanguageSpec, grammar: Grammar) {
  const count = grammar.nodeTypeCount;
  const nameOfType = Array.from({ length: count }, (_, id) => grammar.nodeTypeForId(id) ?? '');
  const namedTypes = Uint8Array.from({ length: count }, (_, id) =>
    Number(grammar.nodeTypeIsNamed(id)),
  );
  const roleOfType = nameOfType.map((name, id) =>
    namedTypes[id] === 1 ? lookup(spec.roles, name) : undefined,
  );
  const operatorOfType = nameOfType.map((name) => (PUNCTUATION.test(name) ? '' : name));
  return {
    roleOfType,
    nameOfType,
    operatorOfType,
    namedTypes,
    slotOfField: slotTable(spec, grammar),
  };
}

/** Looking a slot up happens for every node, so both names are resolved once. */
function slotTable(spec: LanguageSpec, grammar: Grammar) {
  const tables = new Map<Role, Uint8Array>();
  const fields = grammar.fields;
  const resolve = (role: Role, field: string | null): Slot =>
    field === null
      ? 'none'
      : (lookup(spec.slots, `${role}.${field}`) ??
        lookup(spec.slots, field) ??
        slotOf(role, field));
  const tableOf = (role: Role): Uint8Array => {
    const known = tables.get(role);
    if (known !== undefined) return known;
    const table = Uint8Array.from(fields, (field) => SLOTS.indexOf(resolve(role, field)));
    tables.set(role, table);
    return table;
  };
  // Children of one node come one after another.
  let last: Role = 'program';
  let table = tableOf(last);
  return (role: Role, fieldId: number): Slot => {
    if (role !== last) {
      table = tableOf(role);
      last = role;
    }
    return SLOTS[table[fieldId] ?? 0] ?? 'none';
  };
}
