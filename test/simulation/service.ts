import { CORE_USER, ENTERPRISE, isObject } from '../../src/model/index.ts';
import type { Failure, Json, Outcome, Remote, Resource, ScimRequest } from '../../src/model/index.ts';
import { remoteOf } from '../../src/scim/remote.ts';

/** In what a service differs from one that does everything as RFC 7644 has it. */
export interface Habits {
  /** Whether two accounts may have one name. */
  readonly isLoose?: true;
  /** Milliseconds after which whatever was created or renamed is found; who asks by the id finds it at once. */
  readonly lag?: number;
  /** It keeps no externalId. */
  readonly forgetsKeys?: true;
  /** Somebody new is invited, and is nowhere to be seen until they accept; whoever is invited twice is invited once. */
  readonly invites?: true;
  /** Somebody who is switched off is gone, and with them their id. */
  readonly loses?: true;
}

export interface Held {
  readonly id: string;
  /** Whose it is: the test puts the key into an attribute that never changes, and the service is not aware of that. */
  readonly owner: string;
  resource: Resource;
  isOn: boolean;
  isInvited: boolean;
  /** When it was last created or renamed. */
  renamedAt: number;
}

export interface HeldGroup {
  readonly id: string;
  resource: Resource;
  readonly members: Set<string>;
  readonly madeAt: number;
}

/** What a request has done, for whoever watches over what must never happen. */
export type Effect =
  | { readonly kind: 'created' | 'changed' | 'gone'; readonly account: Held; readonly before?: Held }
  | { readonly kind: 'none' };

/** A SCIM service as small as it can be. Time is told to it, and nothing in it fails by itself. */
export class Service {
  readonly habits: Habits;
  readonly accounts = new Map<string, Held>();
  readonly groups = new Map<string, HeldGroup>();
  #serial = 0;
  #onEffect: (effect: Effect) => void = () => undefined;

  constructor(habits: Habits) {
    this.habits = habits;
  }

  watch(onEffect: (effect: Effect) => void): void {
    this.#onEffect = onEffect;
  }

  /** Everybody who is invited accepts; whether anybody was. */
  accept(): boolean {
    const invited = [...this.accounts.values()].filter(({ isInvited }) => isInvited);
    for (const account of invited) {
      account.isInvited = false;
      account.isOn = true;
    }
    return invited.length > 0;
  }

  carryOut({ method, path, body }: ScimRequest, now: number): Outcome {
    const [, type, id] = path.split('/');
    if (type === 'Groups') return this.#carryOutOnGroup(method, id && decodeURIComponent(id), body, now);
    return this.#carryOutOnUser(method, id && decodeURIComponent(id), body, now);
  }

  read(id: string): Remote | undefined {
    const found = this.accounts.get(id);
    return found === undefined || found.isInvited ? undefined : shown(found);
  }

  find(attribute: string, value: string, now: number): readonly Remote[] {
    return this.list(now).filter((one) => folded(one.resource[attribute]) === folded(value));
  }

  list(now: number): readonly Remote[] {
    const { lag = 0 } = this.habits;
    return [...this.accounts.values()]
      .filter((one) => !one.isInvited && one.renamedAt + lag <= now)
      .map((one) => shown(one));
  }

  readGroup(id: string, withMembers: boolean): Remote | undefined {
    const found = this.groups.get(id);
    return found && shownGroup(found, withMembers);
  }

  findGroups(attribute: string, value: string, now: number): readonly Remote[] {
    return this.listGroups(now).filter((one) => folded(one.resource[attribute]) === folded(value));
  }

  listGroups(now: number): readonly Remote[] {
    const { lag = 0 } = this.habits;
    return [...this.groups.values()]
      .filter((one) => one.madeAt + lag <= now)
      .map((one) => shownGroup(one, false));
  }

  #carryOutOnUser(
    method: ScimRequest['method'],
    id: string | undefined,
    body: Resource | undefined,
    now: number,
  ): Outcome {
    if (method === 'POST') return this.#create(body!, now);
    const account = this.accounts.get(id!);
    if (account === undefined || account.isInvited)
      return method === 'DELETE' ? { kind: 'done', status: 404 } : failed('missing', 'notFound', 404);
    if (method === 'DELETE') {
      this.#remove(account);
      return { kind: 'done', status: 204 };
    }
    const after = this.#kept(method === 'PATCH' ? patched(account.resource, body!) : body!);
    if (this.#isTaken(after, account.id)) return failed('exists', 'conflict', 409);
    const before = { ...account };
    if (folded(after['userName']) !== folded(account.resource['userName'])) account.renamedAt = now;
    account.resource = after;
    account.isOn = after['active'] !== false;
    if (!account.isOn && this.habits.loses === true) {
      this.#remove(account);
      return { kind: 'done', status: 204 };
    }
    this.#onEffect({ kind: 'changed', account, before });
    return { kind: 'done', status: 200, remote: shown(account) };
  }

  #create(body: Resource, now: number): Outcome {
    const resource = this.#kept(body);
    const { invites = false } = this.habits;
    const invited = [...this.accounts.values()].find(
      (one) =>
        one.isInvited &&
        one.owner === resource['nickName'] &&
        folded(one.resource['userName']) === folded(resource['userName']),
    );
    if (invited !== undefined) {
      invited.resource = resource;
      return { kind: 'done', status: 201, remote: shown(invited) };
    }
    if (this.#isTaken(resource, '')) return failed('exists', 'conflict', 409);
    const account: Held = {
      id: `u${++this.#serial}`,
      owner: resource['nickName'] as string,
      resource,
      isOn: resource['active'] !== false && !invites,
      isInvited: invites,
      renamedAt: now,
    };
    this.accounts.set(account.id, account);
    this.#onEffect({ kind: 'created', account });
    return { kind: 'done', status: 201, remote: shown(account) };
  }

  #remove(account: Held): void {
    this.accounts.delete(account.id);
    for (const { members } of this.groups.values()) members.delete(account.id);
    this.#onEffect({ kind: 'gone', account });
  }

  #kept(resource: Resource): Resource {
    const { schemas: _, id: __, meta: ___, ...kept } = resource;
    if (this.habits.forgetsKeys !== true) return kept;
    const { externalId: ____, ...rest } = kept;
    return rest;
  }

  #isTaken(resource: Resource, id: string): boolean {
    if (this.habits.isLoose === true) return false;
    for (const one of this.accounts.values())
      if (one.id !== id && folded(one.resource['userName']) === folded(resource['userName'])) return true;
    return false;
  }

  #carryOutOnGroup(
    method: ScimRequest['method'],
    id: string | undefined,
    body: Resource | undefined,
    now: number,
  ): Outcome {
    if (method === 'POST') {
      const { schemas: _, members: __, ...resource } = body!;
      const isTaken = [...this.groups.values()].some(
        (one) => folded(one.resource['displayName']) === folded(resource['displayName']),
      );
      if (isTaken && this.habits.isLoose !== true) return failed('exists', 'conflict', 409);
      const group = { id: `g${++this.#serial}`, resource, members: new Set<string>(), madeAt: now };
      this.groups.set(group.id, group);
      return { kind: 'done', status: 201, remote: shownGroup(group, true) };
    }
    const group = this.groups.get(id!);
    if (group === undefined) return failed('missing', 'notFound', 404);
    if (method === 'DELETE') {
      this.groups.delete(group.id);
      return { kind: 'done', status: 204 };
    }
    if (method === 'PUT') {
      const { schemas: _, members, ...resource } = body!;
      const ids = valuesOf(members);
      if (!ids.every((one) => this.#isMember(one))) return failed('invalid', 'invalid', 400);
      group.resource = resource;
      group.members.clear();
      for (const one of ids) group.members.add(one);
      return { kind: 'done', status: 200 };
    }
    return this.#patchGroup(group, body!);
  }

  #patchGroup(group: HeldGroup, body: Resource): Outcome {
    for (const { op, path, value } of operationsOf(body)) {
      const removed = /^members\[value eq "(.*)"\]$/.exec(path)?.[1];
      if (removed !== undefined) group.members.delete(removed);
      else if (path === 'members' && op === 'add') {
        const ids = valuesOf(value);
        if (!ids.every((one) => this.#isMember(one))) return failed('invalid', 'invalid', 400);
        for (const one of ids) group.members.add(one);
      } else if (path === 'members') for (const one of valuesOf(value)) group.members.delete(one);
      else group.resource = { ...group.resource, [path]: value! };
    }
    return { kind: 'done', status: 204 };
  }

  #isMember(id: string): boolean {
    const account = this.accounts.get(id);
    return account !== undefined && !account.isInvited;
  }
}

function failed(kind: Failure['class'], code: Failure['code'], status: number): Outcome {
  return { kind: 'failed', failure: { class: kind, code, status, message: `answered ${status}` } };
}

export function folded(value: Json | undefined): string {
  return typeof value === 'string' ? value.toLowerCase() : '';
}

function shown({ id, resource }: Held): Remote {
  return remoteOf({ schemas: [CORE_USER], ...resource, id })!;
}

function shownGroup({ id, resource, members }: HeldGroup, withMembers: boolean): Remote {
  const list = withMembers && members.size > 0 ? { members: [...members].map((value) => ({ value })) } : {};
  return remoteOf({ ...resource, ...list, id })!;
}

function valuesOf(value: Json | undefined): readonly string[] {
  const list = Array.isArray(value) ? (value as readonly Json[]) : [];
  return list.map((one) => (one as { value: string }).value);
}

interface Operation {
  readonly op: string;
  readonly path: string;
  readonly value?: Json;
}

function operationsOf(body: Resource): readonly Operation[] {
  return body['Operations'] as unknown as readonly Operation[];
}

function patched(before: Resource, body: Resource): Resource {
  const after = { ...before } as Record<string, Json>;
  for (const { op, path, value } of operationsOf(body)) {
    const isExtended = path.startsWith(`${ENTERPRISE}:`);
    const head = isExtended ? ENTERPRISE : path;
    const part = isExtended ? path.slice(ENTERPRISE.length + 1) : undefined;
    if (part === undefined) {
      if (op === 'remove') Reflect.deleteProperty(after, head);
      else after[head] = value!;
      continue;
    }
    const had = after[head];
    const inner = { ...(isObject(had) ? had : {}) } as Record<string, Json>;
    if (op === 'remove') Reflect.deleteProperty(inner, part);
    else inner[part] = value!;
    after[head] = inner;
  }
  return after;
}
