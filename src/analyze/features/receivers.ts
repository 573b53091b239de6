import type { ExternalCall } from '#model/complexity.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';
import { ofName } from './by-name.ts';
import { argumentsOf, calleeName, lastPart, resolve } from './callee.ts';
import type { Assignment, Call, Survey, Unit } from './survey.ts';

type Kind = ExternalCall['kind'];
type CallsTo = (unit: Unit) => readonly Call[];

/** What gives an object that stays connected, or connects with each of its calls. */
const MAKES =
  /(client|session|connect|connection|pool|producer|consumer|channel|redis|socket|cursor|resource|bucket|table|queue|topic|database|db|open)s?((Context|Async|Builder)?(\(\)|\.|$)|::)/i;
/** Calls of such an object that send nothing. */
const QUIET =
  /^(close|end|quit|release|on|once|off|use|bind|mount|cursor|builder|build|new|fileno|timeout|option|options|header|headers|(set|with|is|has|get|add|register|config|create)[A-Z_]\w*(Timeout|Header|Listener|Handler|Builder|Options?|Type))$|^(set|with|is|has)[A-Z_]\w*$/;
/** `cursor` of `connection` of `pool`. */
const MOST_STEPS = 3;
/** Calls of one function that are looked at for what they give it. */
const MOST_CALLERS = 16;
const LONGEST_TYPE = 80;
const MEMBER = /^((self|this|\$this)\.|@)\w+$/;

/** Where calls go that always leave the process. */
export const kindOfName = ofName(
  (name, { library }) =>
    library.externals.find(({ given, callee }) => given === undefined && callee.test(name))?.kind,
);

/** What the calls of an object reach, by how the object was made or declared: `s3 = boto3.client('s3')`. */
export class Receivers {
  readonly #survey: Survey;
  readonly #callsTo: CallsTo;
  readonly #members = new Map<string | undefined, ReadonlyMap<string, Assignment[]>>();
  readonly #known = new Map<Unit, Map<string, Kind | undefined>>();

  /** `callsTo`: where the file itself calls a function, for what its parameters are given. */
  constructor(survey: Survey, callsTo: CallsTo) {
    this.#callsTo = callsTo;
    this.#survey = survey;
  }

  kindOf({ named, unit }: Call): Kind | undefined {
    const receiver = receiverOfSending(named);
    return receiver === undefined || !this.#isKnown(receiver, unit)
      ? undefined
      : this.#kindOfObject(receiver, unit, MOST_STEPS);
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
    const { imports, fields } = this.#survey;
    const name = withoutSelf(object);
    const type = typeOf(name, unit);
    const made = this.#assignmentsTo(object, unit).map(({ value }) => value);
    const names = [...made, ...(fields.get(name) ?? [])].flatMap((each) =>
      makerName(each, imports),
    );
    if (type !== undefined) names.push(resolve(type, imports));
    for (const maker of names.filter((each) => MAKES.test(each))) {
      const from = receiverOf(maker);
      const kind =
        kindOfName(this.#survey.named(maker)) ??
        (from === undefined || steps === 0 ? undefined : this.#kindOfObject(from, unit, steps - 1));
      if (kind !== undefined) return kind;
    }
    return steps === 0 ? undefined : this.#kindOfGiven(object, unit, steps - 1);
  }

  /** `fetch_all(requests.Session())` makes the parameter a session. */
  #kindOfGiven(object: string, unit: Unit, steps: number): Kind | undefined {
    const owner = ownerOf(object, unit);
    if (owner === undefined) return undefined;
    const at = owner.parameters.indexOf(object);
    for (const call of this.#callsTo(owner).slice(0, MOST_CALLERS)) {
      const given = argumentsOf(call.node);
      const value = given.find((each) => each.child('name')?.text === object) ?? given[at];
      const kind = this.#kindOfValue(value?.child('value') ?? value, call.unit, steps);
      if (kind !== undefined) return kind;
    }
    return undefined;
  }

  #kindOfValue(value: SyntaxNode | undefined, unit: Unit, steps: number): Kind | undefined {
    if (value?.role === 'name' || value?.role === 'member')
      return this.#kindOfObject(value.text, unit, steps);
    for (const maker of makerName(value, this.#survey.imports)) {
      const kind = MAKES.test(maker) ? kindOfName(this.#survey.named(maker)) : undefined;
      if (kind !== undefined) return kind;
    }
    return undefined;
  }

  /** A member gets its value in any method of its class. */
  #assignmentsTo(object: string, unit: Unit): readonly Assignment[] {
    return MEMBER.test(object)
      ? (this.#membersOf(unit.className).get(object) ?? [])
      : assignmentsTo(object, unit);
  }

  #membersOf(className: string | undefined): ReadonlyMap<string, Assignment[]> {
    const known = this.#members.get(className);
    if (known !== undefined) return known;
    const found = new Map<string, Assignment[]>();
    for (const unit of this.#survey.units)
      if (unit.className === className)
        for (const [target, all] of unit.assignments) {
          const name = target.replace('->', '.');
          if (MEMBER.test(name)) found.set(name, [...(found.get(name) ?? []), ...all]);
        }
    this.#members.set(className, found);
    return found;
  }
}

/** `client` of `self.client`. */
function withoutSelf(object: string): string {
  return object.includes('.') ? object.replace(/^(self|this|\$this)\./, '') : object;
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

/** Of a call that may send something. */
const receiverOfSending = ofName((name) =>
  QUIET.test(lastPart(name)) ? undefined : receiverOf(name),
);

/** `s3` of `s3.get`, also in a chain: `c` of `c.get().send`. */
function receiverOf(name: string): string | undefined {
  const own = /^(?:self|this|\$this)\.\w+(?=\.)/.exec(name) ?? /^[@$]*\w+(?=\.)/.exec(name);
  return own?.[0];
}

/** `await connect()` and `connect()?` are what they wait for; Go writes `&http.Client{…}`. */
function makerName(
  value: SyntaxNode | undefined,
  imports: ReadonlyMap<string, string>,
): readonly string[] {
  if (value === undefined) return [];
  if (value.role === 'call' || value.role === 'new') return [calleeName(value, imports)];
  if (value.role === 'list') return [resolve(value.child('type')?.text ?? '', imports)];
  const [only, ...more] = value.children;
  const isWrapped = value.role === 'await' || value.role === 'unary' || value.role === 'tuple';
  return isWrapped && more.length === 0 ? makerName(only, imports) : [];
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
