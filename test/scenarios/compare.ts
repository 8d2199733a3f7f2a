import type { Judgement } from './judgement.ts';
import { alike } from './judgement.ts';
import type { Writes } from './service.ts';
import { idToCome } from './words.ts';
import type { Account, Attributes } from './words.ts';

/** What is and what the rules want, as sentences that say where they differ; and the accounts as they are, by key. */
export interface Comparison {
  readonly faults: readonly string[];
  readonly accounts: ReadonlyMap<string, Account>;
}

/** `before` are the accounts by key before the sync, `live` all that the service holds now, by id. */
export function compare(
  wanted: Judgement,
  before: ReadonlyMap<string, Account>,
  live: ReadonlyMap<string, Account>,
  strangers: ReadonlyMap<string, Account>,
): Comparison {
  const faults: string[] = [];
  const ids = new Map<string, string>();
  const unknown = new Map(live);
  for (const id of strangers.keys()) unknown.delete(id);
  for (const { id } of before.values()) unknown.delete(id);
  const accounts = new Map<string, Account>();
  for (const [key, { id }] of wanted.accounts) {
    if (before.has(key)) continue;
    const found = [...unknown.values()].find(({ attributes }) => attributes.externalId === key);
    if (found === undefined) faults.push(`${key} has no account, and should have one`);
    else {
      ids.set(id, found.id);
      unknown.delete(found.id);
    }
  }
  for (const { id, attributes } of unknown.values())
    faults.push(
      `there is an account that should not be: ${attributes.externalId} ${attributes.userName} (${id})`,
    );
  for (const [key, account] of wanted.accounts) {
    const id = ids.get(account.id) ?? account.id;
    const is = live.get(id);
    if (is === undefined) {
      if (id !== idToCome(key)) faults.push(`the account of ${key} is gone`);
      continue;
    }
    accounts.set(key, is);
    faults.push(...differences(key, resolved(account, ids), is));
  }
  for (const [key, { id }] of before)
    if (!wanted.accounts.has(key) && live.has(id)) faults.push(`the account of ${key} should be deleted`);
  for (const [id, stranger] of strangers) {
    const is = live.get(id);
    if (is === undefined) faults.push(`the stranger ${id} is gone`);
    else faults.push(...differences(`stranger ${id}`, stranger, is));
  }
  return { faults, accounts };
}

function resolved(account: Account, ids: ReadonlyMap<string, string>): Account {
  const { manager } = account.attributes;
  if (manager === undefined) return account;
  return { ...account, attributes: { ...account.attributes, manager: ids.get(manager) ?? manager } };
}

export function differences(who: string, wanted: Account, is: Account): readonly string[] {
  const names = new Set([...Object.keys(wanted.attributes), ...Object.keys(is.attributes)]);
  const faults = [...names]
    .map((name) => name as keyof Attributes)
    .filter((name) => !alike(name, wanted, is))
    .map(
      (name) =>
        `${who}: ${name} is ${is.attributes[name] ?? '(nothing)'}, wanted ${wanted.attributes[name] ?? '(nothing)'}`,
    );
  if (wanted.active !== is.active)
    faults.unshift(`${who}: is ${is.active ? 'on' : 'off'}, wanted ${wanted.active ? 'on' : 'off'}`);
  return faults;
}

/** Exactly one request for each person of whom something is wanted, none for anybody else. */
export function compareRequests(
  wanted: Judgement,
  before: ReadonlyMap<string, Account>,
  writes: Writes,
): readonly string[] {
  const faults: string[] = [];
  const entries = [...wanted.requests];
  const creates = entries.filter(([, { kind }]) => kind === 'create');
  if (writes.posts !== creates.length)
    faults.push(`${writes.posts} creates were sent, wanted ${creates.length}`);
  const keys = new Map([...before].map(([key, { id }]) => [id, key]));
  let followed = 0;
  for (const [id, count] of writes.byId) {
    const key = keys.get(id);
    if (key === undefined) followed += count;
    else if (count !== (wanted.requests.get(key)?.count ?? 0))
      faults.push(`${key}: ${count} requests, wanted ${wanted.requests.get(key)?.count ?? 0}`);
  }
  for (const [key, { kind, count }] of entries)
    if (kind !== 'create' && !writes.byId.has(before.get(key)!.id))
      faults.push(`${key}: no request, wanted ${count}`);
  const references = creates.reduce((sum, [, { count }]) => sum + count - 1, 0);
  if (followed !== references)
    faults.push(
      `${followed} references followed after the creates, wanted ${references}, one for each cycle`,
    );
  return faults;
}

/**
 * Where people came to harm while something went wrong: an account that is neither as it was nor as it was wanted at
 * one time, one that is gone without being unwanted, one that is nobody's. Gives the accounts as they are, by key.
 */
export function harmDone(
  target: {
    readonly accounts: ReadonlyMap<string, Account>;
    readonly strangers: ReadonlyMap<string, Account>;
    readonly pending: readonly Judgement[];
  },
  live: ReadonlyMap<string, Account>,
): Comparison {
  const { pending, strangers } = target;
  const faults: string[] = [];
  const accounts = new Map<string, Account>();
  const known = new Set(strangers.keys());
  for (const [key, before] of target.accounts) {
    known.add(before.id);
    const is = live.get(before.id);
    const wanted = pending.map((judgement) => judgement.accounts.get(key));
    if (is !== undefined) {
      accounts.set(key, is);
      faults.push(...unexplained(key, [before, ...wanted.filter((one) => one !== undefined)], is));
    } else if (wanted.every((one) => one !== undefined)) faults.push(`the account of ${key} is gone`);
  }
  for (const [id, account] of live) {
    if (known.has(id)) continue;
    const key = account.attributes.externalId ?? '';
    if (accounts.has(key) || pending.every((judgement) => !judgement.accounts.has(key)))
      faults.push(`there is an account that should not be: ${key} (${id})`);
    else accounts.set(key, account);
  }
  for (const [id, stranger] of strangers)
    faults.push(...differences(`stranger ${id}`, stranger, live.get(id) ?? stranger));
  return { faults, accounts };
}

/** Attributes that are as in none of the resources that were wanted; a manager who was to come has no id yet. */
function unexplained(key: string, wanted: readonly Account[], is: Account): readonly string[] {
  const [first, ...others] = wanted.map((one) => differences(key, one, is));
  const about = (fault: string): string => fault.slice(0, fault.indexOf(' is '));
  return (first ?? []).filter(
    (fault) =>
      !fault.includes(': manager is ') &&
      others.every((list) => list.some((other) => about(other) === about(fault))),
  );
}
