import type { JsonObject } from '../../model/index.ts';
import { isObject } from '../../model/index.ts';
import type { Index, ResourceType } from '../schema/types.ts';
import { ownAttributes } from './stored.ts';
import type { Stored } from './stored.ts';

/** Who leaves a group, and who comes. */
export interface Linked {
  readonly gone: ReadonlySet<string>;
  readonly come: ReadonlyMap<string, string>;
}

interface Entries {
  readonly index: Index;
  readonly name: string;
  readonly sub: string | undefined;
  /** Whether it finds groups by their members, who are not among the attributes. */
  readonly ofMembers: boolean;
  readonly values: Map<string, Stored | Stored[]>;
  /** Whether it is kept up to date; a unique one always is. */
  used: boolean;
}

/** All resources of one type in one organisation, in order, and found by id and by the type's indexes. */
export class Resources {
  readonly #byId = new Map<string, Stored>();
  readonly #ordered: Stored[] = [];
  readonly #indexes: readonly Entries[];
  #sequence = 0;
  #changes = 0;

  constructor(type: ResourceType) {
    this.#indexes = type.indexes.map((index) => {
      const start = index.extension === undefined ? 0 : index.extension.length + 1;
      const [name = '', sub] = index.path.slice(start).split('.');
      const ofMembers = index.path === `${type.members?.attribute}.value`;
      const used = index.unique || index.built === 'atOnce';
      return { index, name, sub, ofMembers, values: new Map(), used };
    });
  }

  /** Those that last, where these are no more than a way to look at them. */
  get real(): Resources {
    return this;
  }

  /** Whether a list of them is in order. */
  get isByAge(): boolean {
    return true;
  }

  get size(): number {
    return this.#ordered.length;
  }

  /** Grows with every change: what was made of the resources holds for as long as it stays the same. */
  get changes(): number {
    return this.#changes;
  }

  nextSequence(): number {
    return ++this.#sequence;
  }

  byId(id: string): Stored | undefined {
    return this.#byId.get(id);
  }

  /** Oldest first. */
  all(): readonly Stored[] {
    return this.#ordered;
  }

  /** `undefined` where the path has no index. */
  find(path: string, value: string): readonly Stored[] | undefined {
    const entries = this.#indexes.find(({ index }) => index.path === path);
    if (!entries || entries.index.uniqueOnly) return undefined;
    if (!entries.used) this.#build(entries);
    const found = entries.values.get(entries.index.caseExact ? value : value.toLowerCase());
    return found === undefined ? [] : Array.isArray(found) ? found : [found];
  }

  /** Who holds a value that may be there only once. */
  holder(
    attributes: JsonObject,
    except?: Stored,
  ): { readonly path: string; readonly stored: Stored } | undefined {
    for (const entries of this.#indexes) {
      if (!entries.index.unique || entries.ofMembers) continue;
      for (const key of keys(attributes, entries)) {
        const found = entries.values.get(key);
        const stored = Array.isArray(found) ? found[0] : found;
        if (stored && stored.id !== except?.id) return { path: entries.index.path, stored };
      }
    }
    return undefined;
  }

  insert(stored: Stored, attributes: JsonObject): void {
    this.#changes++;
    this.#byId.set(stored.id, stored);
    this.#ordered.push(stored);
    for (const entries of this.#indexes)
      if (entries.used) for (const key of allKeys(stored, attributes, entries)) add(entries, key, stored);
  }

  /** Sets the index to new attributes; the text is the caller's, and members are for `link`. */
  reindex(id: string, before: JsonObject, after: JsonObject): void {
    const stored = this.#own(id);
    this.#changes++;
    for (const entries of this.#indexes) {
      if (!entries.used || entries.ofMembers) continue;
      const old = new Set(keys(before, entries));
      const now = new Set(keys(after, entries));
      for (const key of old) if (!now.has(key)) drop(entries, key, stored);
      for (const key of now) if (!old.has(key)) add(entries, key, stored);
    }
  }

  /** Sets the index to other members, who are `types` then, at the cost of those who come and go. */
  link(id: string, { gone, come }: Linked, _types: ReadonlyMap<string, string>): void {
    const stored = this.#own(id);
    this.#changes++;
    for (const entries of this.#indexes) {
      if (!entries.used || !entries.ofMembers) continue;
      for (const member of gone) drop(entries, member, stored);
      for (const member of come.keys()) add(entries, member, stored);
    }
  }

  remove(id: string): void {
    const stored = this.#own(id);
    const attributes = ownAttributes(stored);
    this.#changes++;
    this.#byId.delete(id);
    this.#ordered.splice(this.#position(stored.sequence), 1);
    for (const entries of this.#indexes) {
      if (entries.used) for (const key of allKeys(stored, attributes, entries)) drop(entries, key, stored);
    }
  }

  /** Whoever means somebody may have a copy of them: what is kept here is known by its id alone. */
  #own(id: string): Stored {
    const stored = this.#byId.get(id);
    if (!stored) throw new Error(`There is no resource with the id "${id}".`);
    return stored;
  }

  #build(entries: Entries): void {
    entries.used = true;
    for (const stored of this.#ordered) {
      const attributes = ownAttributes(stored);
      for (const key of allKeys(stored, attributes, entries)) add(entries, key, stored);
    }
  }

  #position(sequence: number): number {
    let low = 0;
    let high = this.#ordered.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#ordered[middle]!.sequence < sequence) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function allKeys(stored: Stored, attributes: JsonObject, entries: Entries): Iterable<string> {
  return entries.ofMembers ? (stored.members?.types.keys() ?? []) : keys(attributes, entries);
}

function keys(attributes: JsonObject, { index, name, sub }: Entries): readonly string[] {
  const holder = index.extension === undefined ? attributes : attributes[index.extension];
  const value = isObject(holder) ? holder[name] : undefined;
  if (value === undefined) return [];
  if (typeof value === 'string') return [index.caseExact ? value : value.toLowerCase()];
  const found: string[] = [];
  for (const one of Array.isArray(value) ? (value as readonly unknown[]) : [value]) {
    const text = sub === undefined ? one : isObject(one) ? one[sub] : undefined;
    if (typeof text === 'string') found.push(index.caseExact ? text : text.toLowerCase());
    else if (typeof text === 'number') found.push(String(text));
  }
  return found.length > 1 ? [...new Set(found)] : found;
}

function add({ values }: Entries, key: string, stored: Stored): void {
  const found = values.get(key);
  if (found === undefined) values.set(key, stored);
  else if (Array.isArray(found)) found.push(stored);
  else values.set(key, [found, stored]);
}

function drop({ values }: Entries, key: string, stored: Stored): void {
  const found = values.get(key);
  if (found === stored) values.delete(key);
  else if (Array.isArray(found)) {
    const rest = found.filter((one) => one !== stored);
    if (rest.length > 1) values.set(key, rest);
    else if (rest[0]) values.set(key, rest[0]);
    else values.delete(key);
  }
}
