import type { Tree, TreeCursor } from 'web-tree-sitter';
import { expect, test } from 'vitest';
import { SEEDS } from '#analyze/broken-sources.fixture.ts';
import { specOf } from '#analyze/languages/registry.ts';
import { LANGUAGES } from '#model/execution.ts';
import { readFileSync } from 'node:fs';
import { loadGrammar } from './grammar.ts';
import { TreeMemoryCursor } from './tree-cursor.ts';

const SOURCES = [...SEEDS, '', ' \n', 'x', readFileSync(import.meta.filename, 'utf8')];

type Cursor = Pick<
  TreeCursor,
  'gotoFirstChild' | 'gotoNextSibling' | 'gotoParent' | 'startIndex' | 'endIndex'
>;

/** Every node in the order of the walk, and those that are come back to. */
function walked<C extends Cursor>(cursor: C, describe: (cursor: C) => string): string[] {
  const found: string[] = [];
  const note = () => found.push(`${describe(cursor)} ${cursor.startIndex} ${cursor.endIndex}`);
  note();
  for (;;) {
    if (cursor.gotoFirstChild()) {
      note();
      continue;
    }
    while (!cursor.gotoNextSibling()) {
      if (!cursor.gotoParent()) return found;
      note();
    }
    note();
  }
}

function ofTreeSitter(tree: Tree): string[] {
  const cursor = tree.walk();
  try {
    return walked(
      cursor,
      ({ nodeTypeId, currentFieldId, nodeIsMissing }) =>
        `${nodeTypeId} ${currentFieldId} ${nodeIsMissing}`,
    );
  } finally {
    cursor.delete();
  }
}

const READ = LANGUAGES.filter((language) => specOf(language) !== undefined);

test.each(READ)('%s: the cursor goes where that of tree-sitter goes', async (language) => {
  const { parser, memory, tables } = await loadGrammar(specOf(language)!, undefined);
  for (const source of SOURCES) {
    const tree = parser.parse(source)!;
    const cursor = new TreeMemoryCursor(tree, memory, tables);
    const ours = walked(
      cursor,
      ({ typeId, fieldId, isMissing }) => `${typeId} ${fieldId} ${isMissing}`,
    );
    expect(ours).toEqual(ofTreeSitter(tree));
    tree.delete();
  }
});
