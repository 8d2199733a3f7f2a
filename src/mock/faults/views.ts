import type { JsonObject } from '../../model/index.ts';
import type { Organisation, Shelf } from '../directory/organisation.ts';
import { Resources } from '../directory/resources.ts';
import type { Linked } from '../directory/resources.ts';
import type { Stored } from '../directory/stored.ts';
import { copyOf, ownAttributes } from '../directory/stored.ts';
import type { ResourceType } from '../schema/types.ts';

/** How the resources of one type look where a fault stands before them. */
export interface View {
  /** Who is not seen as they are. */
  readonly hides: (stored: Stored) => boolean;
  /** How some of the hidden are seen all the same, or even those that are gone. */
  readonly copies?: {
    readonly byId: (id: string) => Stored | undefined;
    readonly all: () => readonly Stored[];
  };
  readonly order?: (all: readonly Stored[]) => readonly Stored[];
}

/** The same organisation, with other resources on some of its shelves. */
export function withResources(
  organisation: Organisation,
  change: (shelf: Shelf) => Resources | undefined,
): Organisation {
  const shelves = [...organisation.shelves].map(([name, shelf]): [string, Shelf] => {
    const resources = change(shelf);
    return [name, resources ? { ...shelf, resources } : shelf];
  });
  return { ...organisation, shelves: new Map(shelves) };
}

/**
 * Resources as a view shows them. What is written goes through to the real ones, and so does what must be unique. A view
 * lasts for a request.
 */
export class Viewed extends Resources {
  readonly #type: ResourceType;
  readonly #origin: Resources;
  readonly #view: View;
  #seen: { readonly changes: number; readonly all: readonly Stored[] } | undefined;
  #copies: Resources | undefined;

  constructor({ resources, served }: Shelf, view: View) {
    super(served.type);
    this.#type = served.type;
    this.#origin = resources;
    this.#view = view;
  }

  override get real(): Resources {
    return this.#origin.real;
  }

  override get isByAge(): boolean {
    return this.#view.order === undefined && this.#origin.isByAge;
  }

  override get size(): number {
    return this.all().length;
  }

  override get changes(): number {
    return this.#origin.changes;
  }

  override nextSequence(): number {
    return this.#origin.nextSequence();
  }

  override byId(id: string): Stored | undefined {
    const copy = this.#view.copies?.byId(id);
    if (copy) return copy;
    const found = this.#origin.byId(id);
    return found && this.#view.hides(found) ? undefined : found;
  }

  override all(): readonly Stored[] {
    const { changes } = this;
    if (this.#seen?.changes !== changes) this.#seen = { changes, all: this.#look() };
    return this.#seen.all;
  }

  override find(path: string, value: string): readonly Stored[] | undefined {
    const seen = this.#origin.find(path, value)?.filter((stored) => !this.#view.hides(stored));
    return seen && [...seen, ...(this.#indexed()?.find(path, value) ?? [])];
  }

  override holder(attributes: JsonObject, except?: Stored) {
    return this.#origin.holder(attributes, except);
  }

  override insert(stored: Stored, attributes: JsonObject): void {
    this.#origin.insert(stored, attributes);
  }

  /** Whoever was seen as they were has other values in the index. */
  override reindex(id: string, before: JsonObject, after: JsonObject): void {
    const own = this.real.byId(id);
    this.#origin.reindex(id, own ? ownAttributes(own) : before, after);
  }

  /** The same. */
  override link(id: string, change: Linked, types: ReadonlyMap<string, string>): void {
    const own = this.real.byId(id)?.members;
    this.#origin.link(id, own ? differenceOf(own.types, types) : change, types);
  }

  override remove(id: string): void {
    this.#origin.remove(id);
  }

  #look(): readonly Stored[] {
    const seen = this.#origin.all().filter((stored) => !this.#view.hides(stored));
    const copies = this.#view.copies?.all() ?? [];
    const all =
      copies.length > 0 ? [...seen, ...copies].sort((one, other) => one.sequence - other.sequence) : seen;
    return this.#view.order?.(all) ?? all;
  }

  /** The copies with an index of their own, which only a filter needs. */
  #indexed(): Resources | undefined {
    const { copies } = this.#view;
    if (!copies || this.#copies) return this.#copies;
    this.#copies = new Resources(this.#type);
    for (const copy of copies.all()) this.#copies.insert(copy, ownAttributes(copy));
    return this.#copies;
  }
}

function differenceOf(old: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): Linked {
  return {
    gone: new Set([...old.keys()].filter((id) => !now.has(id))),
    come: new Map([...now].filter(([id]) => !old.has(id))),
  };
}

/** The organisation with one resource as it was; whoever writes it then writes that, and so undoes what came between. */
export function rewound(
  organisation: Organisation,
  shelf: Shelf,
  stored: Stored,
  earlier: Stored,
): Organisation {
  const copy = asItWas(stored, earlier);
  const isMeant = ({ id }: Pick<Stored, 'id'>): boolean => id === stored.id;
  const view: View = {
    hides: isMeant,
    copies: { byId: (id) => (isMeant({ id }) ? copy : undefined), all: () => [copy] },
  };
  return withResources(organisation, (one) => (one === shelf ? new Viewed(one, view) : undefined));
}

/** What is set is set in the resource itself, and is not as it was any more. */
function asItWas(stored: Stored, { text, schemas, active, members }: Stored): Stored {
  const earlier = { text, schemas, active, members, isEarlier: true };
  const old = new Map<string | symbol, unknown>(Object.entries(earlier));
  return new Proxy(stored, {
    get: (own, name) => (old.has(name) ? old.get(name) : (Reflect.get(own, name) as unknown)),
    set: (own, name, value) => {
      old.delete(name);
      return Reflect.set(own, name, value);
    },
  });
}

/** Resources that take every change and keep none: whoever asks gets a copy, and the copy is thrown away. */
class Forgetful extends Resources {
  readonly #origin: Resources;
  readonly #fresh = new Map<string, Stored>();
  readonly #copies = new Map<Stored, Stored>();

  constructor({ resources, served }: Shelf) {
    super(served.type);
    this.#origin = resources;
  }

  override get real(): Resources {
    return this.#origin.real;
  }

  override get isByAge(): boolean {
    return this.#origin.isByAge;
  }

  override get size(): number {
    return this.#origin.size;
  }

  override get changes(): number {
    return this.#origin.changes;
  }

  override nextSequence(): number {
    return this.#origin.size + 1;
  }

  override byId(id: string): Stored | undefined {
    const fresh = this.#fresh.get(id);
    if (fresh) return fresh;
    const found = this.#origin.byId(id);
    return found && this.#copy(found);
  }

  override all(): readonly Stored[] {
    return this.#origin.all();
  }

  override find(path: string, value: string): readonly Stored[] | undefined {
    return this.#origin.find(path, value)?.map((stored) => this.#copy(stored));
  }

  override holder(attributes: JsonObject, except?: Stored) {
    const found = this.#origin.holder(attributes, except);
    return found && { path: found.path, stored: this.#copy(found.stored) };
  }

  override insert(stored: Stored): void {
    this.#fresh.set(stored.id, stored);
  }

  override reindex(): void {
    // The real index stays as it is.
  }

  override link(): void {
    // As above.
  }

  override remove(): void {
    // Whoever is there stays there.
  }

  #copy(stored: Stored): Stored {
    let copy = this.#copies.get(stored);
    if (!copy) {
      copy = { ...copyOf(stored), invitation: stored.invitation && { ...stored.invitation } };
      this.#copies.set(stored, copy);
    }
    return copy;
  }
}

/** An organisation in which a request is carried out without a trace: no change, no e-mail, no session ended. */
export function forgetful(organisation: Organisation): Organisation {
  return {
    ...withResources(organisation, (shelf) => new Forgetful(shelf)),
    members: { ...organisation.members },
    invitations: [...organisation.invitations],
    mailbox: [],
    sessions: new Map(),
    sessionsOf: new Map(),
    post: undefined,
  };
}
