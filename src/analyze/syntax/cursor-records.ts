/** Members of a record on the stack: the children of one node, how far they are gone through, and the node. */
export const NEXT = 0;
export const LAST = 1;
/** Where the child before ends. */
export const POSITION = 2;
/** Of the next child among those that the grammar asks for. */
export const PLACE = 3;
/** Where the tables have the first place of the node's production. */
export const PRODUCTION = 4;
/** A node that the grammar hides: its children count as those of the node around it. */
export const IS_HIDDEN = 5;
/** The field of a hidden node, which is that of its children where they have none. */
export const HANDED_ON = 6;
export const POINTER = 7;
export const TYPE = 8;
export const FIELD = 9;
export const START = 10;
export const END = 11;
export const RECORD = 12;
const FIRST_RECORDS = 128;

/** Shared by all cursors, of which one is at work at a time. */
export let records = new Int32Array(FIRST_RECORDS * RECORD);

export function growRecords(): void {
  const larger = new Int32Array(records.length * 2);
  larger.set(records);
  records = larger;
}
