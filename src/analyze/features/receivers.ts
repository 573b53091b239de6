import type { ExternalCall } from '#model/complexity.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';
import { ofName } from './by-name.ts';
import { argumentsOf, lastPart, resolve } from './callee.ts';
import { makerName, makerOf } from './makers.ts';
import { MEMBER, Members, type Given } from './members.ts';
import type { Assignment, Call, Survey, Unit } from './survey.ts';

type Kind = ExternalCall['kind'];

/** What is known of the file's own functions, and of what others hand out. */
export type ReceiversContext = {
  /** Where the file itself calls a function, for what its parameters are given. */
  readonly callsTo: (unit: Unit) => readonly Call[];
  /** The file's own function that a call leads to, for what it gives back. */
  readonly targetOf: (call: SyntaxNode) => Unit | undefined;
  /** What an object or a function of another file gives, by its whole name. */
  readonly givenElsewhere: (name: string) => Kind | undefined;
};

/** What gives an object that stays connected, or connects with each of its calls. */
const MAKES =
  /(client|session|connect|connection|pool|producer|consumer|channel|redis|socket|cursor|resource|bucket|table|queue|topic|database|db|open|create)s?((Context|Async|Builder)?(\(\)|\.|$)|::)/i;
/** Gives an answer, which is here already, and no such object. */
const ANSWERING = /^(get|post|put|patch|delete|head|options|request|send|fetch|mget|hget)$/i;
/** Calls of such an object that send nothing. */
const QUIET =
  /^(close|end|quit|release|on|once|off|use|bind|mount|cursor|builder|build|new|fileno|timeout|option|options|header|headers|(set|with|is|has|get|add|register|config|create)[A-Z_]\w*(Timeout|Header|Listener|Handler|Builder|Options?|Type))$|^(set|with|is|has)[A-Z_]\w*$/;
/** `cursor` of `connection` of `pool`. */
const MOST_STEPS = 3;
/** Calls of one function that are looked at for what they give it. */
const MOST_CALLERS = 16;
const LONGEST_TYPE = 80;

/** Where calls go that always leave the process. */
export const kindOfName = ofName(
  (name, { library }) =>
    library.externals.find(({ given, callee }) => given === undefined && callee.test(name))?.kind,
);

/** What the calls of an object reach, by how the object was made or declared: `s3 = boto3.client('s3')`. */
export class Receivers {
  readonly #survey: Survey;
  readonly #context: ReceiversContext;
  readonly #members: Members;
  readonly #known = new Map<Unit, Map<string, Kind | undefined>>();

  constructor(survey: Survey, context: ReceiversContext) {
    this.#context = context;
    this.#survey = survey;
    this.#members = new Members(survey);
  }

  kindOf({ named, unit }: Call): Kind | undefined {
    const sending = sendingOf(named);
    if (sending === undefined) return undefined;
    const { receiver, object } = sending;
    if (receiver !== undefined && this.#isKnown(receiver, unit))
      return this.#kindOfObject(receiver, unit, MOST_STEPS);
    return this.#context.givenElsewhere(object);
  }

  /** What the object of a call was given when it was made, here. */
  madeOf({ name, unit }: Call): readonly SyntaxNode[] {
    const object = receiverOf(name) ?? name.split(/[.([]/, 1)[0]!;
    const fields = this.#survey.fields.get(withoutSelf(object)) ?? [];
    const given = this.#assignmentsTo(object, unit).map(({ value }) => value);
    return [...given, ...fields].filter((value) => value !== undefined);
  }

  /** What a name of the file's top level is, for those who import it. */
  kindOfGlobal(name: string): Kind | undefined {
    return this.#kindOfObject(name, this.#survey.topLevel, MOST_STEPS);
  }

  /** What a function gives back. */
  kindOfReturned(unit: Unit, steps = MOST_STEPS): Kind | undefined {
    for (const { children } of unit.returned) {
      const kind = this.#kindOfValue(children[0], unit, steps);
      if (kind !== undefined) return kind;
    }
    return undefined;
  }

  /** Whether anything here says what it is: of most receivers nothing does. */
  #isKnown(object: string, unit: Unit): boolean {
    const name = withoutSelf(object);
    if (this.#survey.fields.has(name) || typeOf(name, unit) !== undefined) return true;
    return this.#assignmentsTo(object, unit).length > 0 || ownerOf(object, unit) !== undefined;
  }

  #kindOfObject(object: string, unit: Unit, steps: number): Kind | undefined {
    const known = this.#known.get(unit) ?? new Map<string, Kind | undefined>();
    this.#known.set(unit, known);
    if (!known.has(object)) {
      // An object that is made of itself has no kind by that.
      known.set(object, undefined);
      known.set(object, this.#kindByMaking(object, unit, steps));
    }
    return known.get(object);
  }

  #kindByMaking(object: string, unit: Unit, steps: number): Kind | undefined {
    const { imports, fields, topLevel } = this.#survey;
    const name = withoutSelf(object);
    const type = typeOf(name, unit);
    const declared = type === undefined ? undefined : this.#kindOfMaker(resolve(type, imports));
    if (declared !== undefined) return declared;
    const starts = fields.get(name)?.map((value) => ({ value, unit: topLevel })) ?? [];
    for (const made of [...this.#assignmentsTo(object, unit), ...starts]) {
      const kind = made.value && this.#kindOfValue(made.value, made.unit, steps);
      if (kind !== undefined) return kind;
    }
    return steps === 0 ? undefined : this.#kindOfGiven(object, unit, steps - 1);
  }

  /** `fetch_all(requests.Session())` makes the parameter a session. */
  #kindOfGiven(object: string, unit: Unit, steps: number): Kind | undefined {
    const owner = ownerOf(object, unit);
    if (owner === undefined) return undefined;
    const at = owner.parameters.indexOf(object);
    const calls = [...this.#context.callsTo(owner), ...this.#members.making(owner)];
    for (const call of calls.slice(0, MOST_CALLERS)) {
      const given = argumentsOf(call.node);
      const value = given.find((each) => each.child('name')?.text === object) ?? given[at];
      const kind = this.#kindOfValue(value?.child('value') ?? value, call.unit, steps);
      if (kind !== undefined) return kind;
    }
    return undefined;
  }

  #kindOfValue(value: SyntaxNode | undefined, unit: Unit, steps: number): Kind | undefined {
    if (value === undefined) return undefined;
    if (value.role === 'name' || value.role === 'member')
      return this.#kindOfObject(value.text, unit, steps);
    const maker = makerOf(value);
    if (maker === undefined) return undefined;
    const name = makerName(maker, this.#survey.imports);
    if (ANSWERING.test(lastPart(name))) return undefined;
    const kind = this.#kindOfMaker(name);
    if (kind !== undefined || steps === 0) return kind;
    const own = this.#context.targetOf(maker);
    if (own !== undefined) return this.kindOfReturned(own, steps - 1);
    const elsewhere = this.#context.givenElsewhere(name);
    const from = MAKES.test(name) ? receiverOf(name) : undefined;
    return (
      elsewhere ?? (from === undefined ? undefined : this.#kindOfObject(from, unit, steps - 1))
    );
  }

  #kindOfMaker(name: string): Kind | undefined {
    return MAKES.test(name) ? kindOfName(this.#survey.named(name)) : undefined;
  }

  #assignmentsTo(object: string, unit: Unit): readonly Given[] {
    return MEMBER.test(object)
      ? this.#members.assignmentsTo(object, unit.className)
      : assignmentsTo(object, unit).map(({ value }) => ({ value, unit }));
  }
}

/** `client` of `self.client`. */
function withoutSelf(object: string): string {
  return object.includes('.') ? object.replace(/^(self|this|\$this)\.#?/, '') : object;
}

/** The function that has it as a parameter, unless something nearer gives it a value. */
function ownerOf(name: string, from: Unit): Unit | undefined {
  for (let unit: Unit | undefined = from; unit !== undefined; unit = unit.parent) {
    if (unit.assignments.has(name)) return undefined;
    if (unit.parameters.includes(name)) return unit;
  }
  return undefined;
}

/** Where a name gets its values: in the function or around it. */
export function assignmentsTo(object: string, from: Unit): readonly Assignment[] {
  for (let unit: Unit | undefined = from; unit !== undefined; unit = unit.parent) {
    const found = unit.assignments.get(object);
    if (found !== undefined) return found;
  }
  return [];
}

/** Of a call that may send something: the object that does, by its first part and as a whole. */
const sendingOf = ofName((name) => {
  const dot = name.lastIndexOf('.');
  if (dot === -1 || QUIET.test(lastPart(name))) return undefined;
  return { receiver: receiverOf(name), object: name.slice(0, dot) };
});

/** `s3` of `s3.get`, also in a chain: `c` of `c.get().send`. */
function receiverOf(name: string): string | undefined {
  const own = /^(?:self|this|\$this)\.#?\w+(?=\.)/.exec(name) ?? /^[@$]*\w+(?=\.)/.exec(name);
  return own?.[0];
}

function typeOf(object: string, from: Unit): string | undefined {
  for (let unit: Unit | undefined = from; unit !== undefined; unit = unit.parent) {
    const type = unit.types.get(object);
    if (type === undefined || type.length > LONGEST_TYPE) continue;
    return type
      .replace(/^[&*:\s]*(mut\s+)?/, '')
      .replaceAll('::', '.')
      .replace(/[<?].*$/s, '');
  }
  return undefined;
}
