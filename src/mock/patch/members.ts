import type { Json, JsonObject } from '../../model/index.ts';
import { isObject } from '../../model/index.ts';
import type { Filter } from '../filter/parse.ts';
import { invalid, shown } from '../refusal.ts';
import { judgeCount, readValue, wrongType } from '../resource/value.ts';
import type { CompiledAttribute, CompiledType } from '../schema/compiled.ts';
import type { Target } from './path.ts';
import type { Op, Patching } from './patching.ts';
import { known, listOf } from './values.ts';

/** A member that a PATCH adds, and what is said of them; or, with nothing said, one that it takes out. */
export interface Touch {
  /** Absent for one who is given by `$ref` alone. */
  readonly id: string | undefined;
  readonly said: JsonObject | undefined;
}

/** In the order in which they came, each once. */
export type Touched = ReadonlyMap<string, Touch>;

type Types = ReadonlyMap<string, Json | undefined>;

/** The attribute that holds members, where a PATCH can change some of them without the others. */
export function memberList({ type, attributes, required }: CompiledType): CompiledAttribute | undefined {
  const attribute = type.members && attributes.get(type.members.attribute);
  const isPlain =
    attribute?.mutability === 'readWrite' && !required.some((spot) => spot.attribute === attribute);
  return isPlain ? attribute : undefined;
}

/**
 * The members of a group while a PATCH changes them: those who are there, and beside them who comes and goes. So an
 * operation costs what it changes, and not what there is. What it comes to is the same as in a list (`write.ts`).
 */
export class Roll {
  #types: Types;
  /** The values of those who are there; absent as long as they are the ones that are stored. */
  #list: readonly Json[] | undefined;
  readonly #touched = new Map<string, Touch>();
  #size: number;

  /** @param types of those who are stored, by id. */
  constructor(types: Types, list?: readonly Json[]) {
    this.#types = types;
    this.#list = list;
    this.#size = types.size;
  }

  /** The same of a list. */
  static of(list: readonly Json[]): Roll {
    const types = new Map<string, Json | undefined>();
    const others: Json[] = [];
    for (const one of list) {
      const id = idOf(one);
      if (id === undefined) others.push(one);
      else if (!types.has(id)) types.set(id, (one as JsonObject)['type']);
    }
    const roll = new Roll(
      types,
      list.length > others.length ? list.filter((one) => idOf(one) !== undefined) : [],
    );
    for (const one of others) roll.#add(one as JsonObject);
    return roll;
  }

  get size(): number {
    return this.#size;
  }

  /** Who comes and goes; `undefined` where that is not all that happened. */
  get touched(): Touched | undefined {
    return this.#list ? undefined : this.#touched;
  }

  /** All of them. */
  values(): Json[] {
    const stored = this.#list ?? Array.from(this.#types, ([value, type]) => ({ value, type: type ?? null }));
    const left = this.#touched.size === 0 ? stored : stored.filter((one) => !this.#touched.has(known(one)));
    return [...left, ...[...this.#touched.values()].flatMap(({ said }) => said ?? [])];
  }

  /** Carries an operation out, if it only adds members, or takes out those that it names. */
  change(patching: Patching, { attribute, filter, sub }: Target, op: Op, value: unknown): boolean {
    if (sub || op === 'replace') return false;
    if (filter) return op === 'remove' && this.#removeBy(patching, attribute, filter);
    const values = valuesOf(patching, attribute, op, value);
    if (!values) return false;
    for (const one of values) {
      if (op === 'add') this.#add(one as JsonObject);
      else this.#remove(known(one), idOf(one));
    }
    if (op === 'add') judgeCount({ length: this.#size }, attribute.name, patching.reading);
    return true;
  }

  #isThere(key: string, id: string | undefined): boolean {
    const touch = this.#touched.get(key);
    return touch ? touch.said !== undefined : id !== undefined && this.#types.has(id);
  }

  /** Whoever is there stays as they are; what is said of them has to be right all the same. */
  #add(said: JsonObject): void {
    const [key, id] = [known(said), idOf(said)];
    if (!this.#isThere(key, id)) {
      // Whoever was taken out is a new one, and comes last.
      this.#touched.delete(key);
      this.#touched.set(key, { id, said });
      this.#size++;
      return;
    }
    const { type } = said;
    if (id === undefined || typeof type !== 'string') return;
    const before = this.#touched.get(key)?.said;
    const is = before ? before['type'] : this.#types.get(id);
    if (before && is === undefined) this.#touched.set(key, { id, said: { ...before, type } });
    else if (typeof is !== 'string' || is.toLowerCase() === type.toLowerCase()) return;
    else if (!before) throw wrongType(id, is, type);
    else
      throw invalid(
        'invalidValue',
        `The member ${shown(id)} is not both a ${shown(is)} and a ${shown(type)}.`,
      );
  }

  #remove(key: string, id: string | undefined): boolean {
    if (!this.#isThere(key, id)) return false;
    if (id !== undefined && this.#types.has(id)) this.#touched.set(key, { id, said: undefined });
    else this.#touched.delete(key);
    this.#size--;
    return true;
  }

  #removeBy({ rules }: Patching, attribute: CompiledAttribute, filter: Filter): boolean {
    const isOne = filter.kind === 'compare' && filter.operator === 'eq' && typeof filter.value === 'string';
    const isId = isOne && filter.path.attribute.name === 'value' && filter.path.attribute.caseExact;
    if (!isId) return false;
    const value = filter.value;
    if (!this.#remove(known({ value }), value) && rules.removeNothing === 'noTarget')
      throw noTarget(attribute);
    return true;
  }
}

/** The members that an operation adds, or lists to be taken out; `undefined` where it is about all of them, or wrong. */
function valuesOf(
  { reading }: Patching,
  attribute: CompiledAttribute,
  op: Op,
  value: unknown,
): readonly Json[] | undefined {
  const { accepts, refuses } = reading.dialect ?? {};
  const isList = Array.isArray(value);
  if (op === 'remove' && (!accepts?.removeByValue || (value ?? undefined) === undefined)) return undefined;
  if (op === 'add' && value === null) return [];
  if (op === 'add' && (value === '' || (!isList && refuses?.loneValues))) return undefined;
  return listOf(readValue(attribute, isList ? value : [value], attribute.name, reading));
}

function idOf(member: Json): string | undefined {
  const id = isObject(member) ? member['value'] : undefined;
  return typeof id === 'string' ? id : undefined;
}

export function noTarget({ name }: CompiledAttribute): Error {
  return invalid('noTarget', `No value of "${name}" passes the filter.`);
}
