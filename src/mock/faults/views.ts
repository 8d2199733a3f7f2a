import type { JsonObject } from '../../model/index.ts';
import type { Organisation, Shelf } from '../directory/organisation.ts';
import { Resources } from '../directory/resources.ts';
import type { Stored } from '../directory/resources.ts';
import { attributesOf } from '../directory/write.ts';

/** How the resources of one type look where a fault stands before them. */
export interface View {
  /** Who is not seen. */
  readonly hides: (stored: Stored) => boolean;
  /** Who is seen beside the others: how some of the hidden were before. */
  readonly copies?: readonly Stored[];
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

/** Resources as a view shows them. What is written goes through to the real ones, and so does what must be unique. */
export class Viewed extends Resources {
  readonly #origin: Resources;
  readonly #view: View;
  readonly #copies: Resources;

  constructor({ resources, served }: Shelf, view: View) {
    super(served.type);
    this.#origin = resources;
    this.#view = view;
    this.#copies = new Resources(served.type);
    for (const copy of view.copies ?? []) this.#copies.insert(copy, attributesOf(copy));
  }

  override get size(): number {
    return this.all().length;
  }

  override nextSequence(): number {
    return this.#origin.nextSequence();
  }

  override byId(id: string): Stored | undefined {
    const found = this.#origin.byId(id);
    return this.#copies.byId(id) ?? (found && this.#view.hides(found) ? undefined : found);
  }

  override all(): readonly Stored[] {
    const seen = this.#origin.all().filter((stored) => !this.#view.hides(stored));
    const all =
      this.#copies.size > 0
        ? [...seen, ...this.#copies.all()].sort((one, other) => one.sequence - other.sequence)
        : seen;
    return this.#view.order?.(all) ?? all;
  }

  override find(path: string, value: string): readonly Stored[] | undefined {
    const seen = this.#origin.find(path, value)?.filter((stored) => !this.#view.hides(stored));
    return seen && [...seen, ...(this.#copies.find(path, value) ?? [])];
  }

  override holder(attributes: JsonObject, except?: Stored) {
    return this.#origin.holder(attributes, except);
  }

  override insert(stored: Stored, attributes: JsonObject): void {
    this.#origin.insert(stored, attributes);
  }

  override reindex(stored: Stored, before: JsonObject, after: JsonObject): void {
    this.#origin.reindex(stored, before, after);
  }

  override remove(stored: Stored, attributes: JsonObject): void {
    this.#origin.remove(stored, attributes);
  }
}

/** Resources that take every change and keep none: whoever asks gets a copy, and the copy is thrown away. */
class Forgetful extends Resources {
  readonly #origin: Resources;
  readonly #fresh = new Map<string, Stored>();
  readonly #copies = new Map<Stored, Stored>();
  readonly #originals = new Map<Stored, Stored>();

  constructor({ resources, served }: Shelf) {
    super(served.type);
    this.#origin = resources;
  }

  override get size(): number {
    return this.#origin.size;
  }

  override nextSequence(): number {
    return this.#origin.size + 1;
  }

  override byId(id: string): Stored | undefined {
    const found = this.#fresh.get(id) ?? this.#origin.byId(id);
    return found && this.#copy(found);
  }

  override all(): readonly Stored[] {
    return this.#origin.all();
  }

  override find(path: string, value: string): readonly Stored[] | undefined {
    return this.#origin.find(path, value)?.map((stored) => this.#copy(stored));
  }

  override holder(attributes: JsonObject, except?: Stored) {
    return this.#origin.holder(attributes, except && (this.#originals.get(except) ?? except));
  }

  override insert(stored: Stored): void {
    this.#fresh.set(stored.id, stored);
    this.#originals.set(stored, stored);
    this.#copies.set(stored, stored);
  }

  override reindex(): void {
    // The real index stays as it is.
  }

  override remove(): void {
    // Whoever is there stays there.
  }

  #copy(stored: Stored): Stored {
    let copy = this.#copies.get(stored);
    if (!copy) {
      copy = { ...stored, invitation: stored.invitation && { ...stored.invitation } };
      this.#copies.set(stored, copy);
      this.#originals.set(copy, stored);
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
  };
}
