import { isObject } from '../../model/index.ts';
import type { Access } from '../access.ts';
import type { TrailRow } from './rows.ts';

type Event = Pick<TrailRow, 'seq' | 'at' | 'target' | 'event' | 'detail'>;

/** What is known of an account while its story is told. */
interface Held {
  userName?: string;
  remoteId: string;
  isOn: boolean;
  isInvited: boolean;
  isLeaving: boolean;
  origin: Access['origin'];
  since: number;
  stateSince?: number;
  why?: string;
  confirmedAt: number;
  readonly groups: Set<string>;
}

/** What an account was when what is left of its story begins; `null` where nobody knows. */
interface Assumed {
  readonly isOn: boolean;
  readonly since: number | null;
  readonly remoteId: string | null;
  readonly userName: string | null;
  readonly origin: Access['origin'] | null;
}

/** The events that say something of an account; those of what was only tried count where they say what was read. */
export const TELLING = `(event IN ('operation.done', 'account.linked', 'account.unlinked', 'account.missing', 'account.read', 'person.left', 'person.back')
  OR (event IN ('operation.retry', 'operation.failed', 'operation.waiting') AND detail LIKE '%"confirmed":{%'))`;

/** Tells the story of one person's accounts, event by event, and knows at each moment which there are. */
export class Replay {
  readonly #held = new Map<string, Held>();

  take({ at, target, event, detail: text }: Event): void {
    if (target === null) return;
    const detail = JSON.parse(text) as Record<string, unknown>;
    switch (event) {
      case 'operation.done':
        this.#done(target, at, detail);
        return;
      case 'account.linked':
        this.#open(target, at, detail, 'adopted');
        return;
      case 'account.unlinked':
      case 'account.missing':
        this.#held.delete(target);
        return;
      case 'account.read':
        this.#read(target, at, detail);
        return;
      case 'person.left':
      case 'person.back': {
        const held = this.#held.get(target);
        if (held !== undefined) held.isLeaving = event === 'person.left';
        return;
      }
      default:
        if (isObject(detail['confirmed'])) this.#confirm(this.#known(target, at), at, detail['confirmed']);
    }
  }

  /** There was an account before the first event that is left. */
  assume(target: string, { isOn, since, remoteId, userName, origin }: Assumed): void {
    const held = this.#known(target, since ?? 0);
    held.isOn = isOn;
    held.remoteId = remoteId ?? '';
    held.origin = origin ?? 'created';
    setName(held, userName);
  }

  /** The accounts that there are by now. */
  *accounts(key: string): Generator<Access> {
    for (const [target, held] of this.#held) {
      const { userName, remoteId, origin, since, stateSince, why, confirmedAt, groups } = held;
      const state = held.isInvited ? (held.isLeaving ? 'leaving' : 'invited') : held.isOn ? 'active' : 'off';
      yield {
        target,
        key,
        ...(userName !== undefined && { userName }),
        remoteId,
        state,
        origin,
        since,
        ...(stateSince !== undefined && { stateSince }),
        ...(why !== undefined && { why }),
        confirmedAt,
        groups: [...groups].sort(),
        ...(held.isLeaving && state !== 'off' && { leaves: { state: 'open' } }),
      };
    }
  }

  #done(target: string, at: number, detail: Record<string, unknown>): void {
    const { kind, group } = detail;
    switch (kind) {
      case 'create':
      case 'link':
        this.#open(target, at, detail, kind === 'create' ? 'created' : 'adopted');
        return;
      case 'memberAdd':
        if (typeof group === 'string') this.#held.get(target)?.groups.add(group);
        return;
      case 'memberRemove':
        if (typeof group === 'string') this.#held.get(target)?.groups.delete(group);
        return;
      case 'delete':
        this.#held.delete(target);
        return;
      case 'deactivate':
      case 'reactivate':
      case 'update':
        this.#change(target, at, detail);
    }
  }

  #open(target: string, at: number, detail: Record<string, unknown>, origin: Access['origin']): void {
    const held: Held = {
      remoteId: textOf(detail['remoteId']) ?? '',
      isOn: true,
      isInvited: detail['invited'] === true,
      isLeaving: false,
      origin,
      since: at,
      confirmedAt: at,
      groups: new Set(),
    };
    if (isObject(detail['after'])) this.#confirm(held, at, detail['after']);
    held.stateSince = at;
    held.why = textOf(detail['why']) ?? "linked by somebody's word";
    this.#held.set(target, held);
  }

  #change(target: string, at: number, detail: Record<string, unknown>): void {
    const { kind, changes, before } = detail;
    // What switched somebody off and took the account with it says what there was.
    if (before !== undefined) return void this.#held.delete(target);
    const held = this.#known(target, at);
    held.isInvited = false;
    held.confirmedAt = at;
    for (const change of Array.isArray(changes) ? (changes as unknown[]) : [])
      if (isObject(change) && change['path'] === 'userName') setName(held, change['after']);
    if (kind === 'update') return;
    held.isOn = kind === 'reactivate';
    held.isLeaving = false;
    held.stateSince = at;
    const why = textOf(detail['why']);
    if (why !== undefined) held.why = why;
  }

  #read(target: string, at: number, detail: Record<string, unknown>): void {
    const held = this.#known(target, at);
    if (detail['accepted'] === true) held.isInvited = false;
    for (const change of Array.isArray(detail['changes']) ? (detail['changes'] as unknown[]) : [])
      if (isObject(change) && (change['path'] === 'active' || change['path'] === 'userName'))
        this.#confirm(held, at, { [change['path']]: change['live'] });
    held.confirmedAt = at;
  }

  #confirm(held: Held, at: number, resource: Record<string, unknown>): void {
    const { active, userName } = resource;
    held.confirmedAt = at;
    setName(held, userName);
    if (typeof active !== 'boolean' || active === held.isOn) return;
    held.isOn = active;
    held.stateSince = at;
    held.why = 'the target says so';
  }

  /** Of an account whose beginning went by retention, nothing is known but that it was there. */
  #known(target: string, at: number): Held {
    const known = this.#held.get(target);
    if (known !== undefined) return known;
    const made: Held = {
      remoteId: '',
      isOn: true,
      isInvited: false,
      isLeaving: false,
      origin: 'created',
      since: at,
      confirmedAt: at,
      groups: new Set(),
    };
    this.#held.set(target, made);
    return made;
  }
}

function setName(held: Held, name: unknown): void {
  const text = textOf(name);
  if (text !== undefined) held.userName = text;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
