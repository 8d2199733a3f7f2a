import { fold, idToCome } from './words.ts';
import type { Account, Attributes, Kind, TargetSettings } from './words.ts';
import type { Reading, Standing, Wanted } from './reading.ts';

/** What a target holds before a sync. */
export interface Holding {
  /** By the key of whoever owns it. */
  readonly accounts: ReadonlyMap<string, Account>;
  /** Accounts that are nobody's of ours. */
  readonly strangers: readonly Account[];
  /** People whose account an earlier plan has released to be switched off, and who were counted then. */
  readonly released?: ReadonlySet<string>;
}

/** What the rules want of one sync of one target. */
export interface Judgement {
  /** Every account of ours afterwards, by key. */
  readonly accounts: ReadonlyMap<string, Account>;
  /** How many requests that write each person costs. Nobody else is written to. */
  readonly requests: ReadonlyMap<string, { readonly kind: Kind; readonly count: number }>;
  /** People who wait, and the rule that says so. */
  readonly leftOut: ReadonlyMap<string, string>;
  readonly held: readonly Kind[];
  /** People with an account whose record was rejected. */
  readonly frozen: readonly string[];
}

interface Wish {
  readonly kind: Kind;
  /** Absent for a deletion. */
  readonly after?: { readonly active: boolean; readonly wanted: Wanted };
}

/** The rules for people and accounts on one target. `approved` are kinds that somebody lets through. */
export function judge(
  reading: Reading,
  target: TargetSettings,
  holding: Holding,
  approved: ReadonlySet<Kind> = new Set(),
): Judgement {
  const { accounts } = holding;
  const leftOut = new Map<string, string>();
  const frozen: string[] = [];
  const wishes = new Map<string, Wish>();
  for (const key of new Set([...reading.people.keys(), ...accounts.keys()])) {
    const standing = reading.people.get(key);
    if (standing?.kind === 'rejected') {
      if (accounts.has(key)) frozen.push(key);
      continue;
    }
    const wish = wishOf(standing, accounts.get(key), reading, target);
    if (wish === 'protected' || wish === 'required') leftOut.set(key, wish);
    else if (wish !== undefined) wishes.set(key, wish);
  }
  for (const key of probableRekeys(wishes, reading, accounts)) {
    leftOut.set(key, 'rekey');
    wishes.delete(key);
  }
  const fresh = [...wishes].filter(([key, { kind }]) => kind === 'deactivate' && !holding.released?.has(key));
  const held = heldKinds(fresh.length, target, approved);
  if (held.length > 0) for (const [key] of fresh) wishes.delete(key);
  for (const key of withoutTheirName(wishes, holding)) {
    leftOut.set(key, 'name');
    wishes.delete(key);
  }
  for (const [key, { active }] of metStrangers(wishes, holding)) {
    wishes.delete(key);
    // Rule 10: taking over an account is held, as none may be taken over unasked. Rule 11: one that is switched off
    // may be somebody else's former one.
    if (!active) leftOut.set(key, 'disputed');
    else if (!held.includes('link')) held.push('link');
  }
  return { ...carryOut(wishes, accounts), leftOut, held, frozen };
}

function wishOf(
  standing: Exclude<Standing, { kind: 'rejected' }> | undefined,
  account: Account | undefined,
  reading: Reading,
  target: TargetSettings,
): Wish | 'protected' | 'required' | undefined {
  const inScope = standing !== undefined && !target.without.includes(standing.row.site.trim());
  if (standing?.kind === 'active' && inScope) return arrival(standing.wanted, account, target);
  if (account === undefined) {
    // Rule 5: somebody who is not active gets no account, unless that is asked for.
    if (standing?.kind !== 'inactive' || !inScope || !target.createInactive) return undefined;
    // There is no account without a name. An inactive record may have holes: nobody loses anything by it.
    if (standing.wanted.userName === undefined) return undefined;
    return { kind: 'create', after: { active: false, wanted: standing.wanted } };
  }
  if (standing === undefined && !reading.absenceProves) return undefined;
  // Rule 6: two reasons, a policy each.
  const policy = standing?.kind === 'active' ? target.onOutOfScope : target.onLeave;
  if (policy === 'keep' || (policy === 'deactivate' && !account.active)) return undefined;
  // What the record does not tell any more, the account does.
  const title = standing?.wanted.title ?? account.attributes.title;
  if (target.protect !== undefined && title === target.protect) return 'protected'; // rule 13
  if (policy === 'delete') return { kind: 'delete' };
  return { kind: 'deactivate', after: { active: false, wanted: account.attributes } };
}

function arrival(wanted: Wanted, account: Account | undefined, target: TargetSettings): Wish | 'required' {
  const after = { active: true, wanted };
  if (account === undefined)
    return target.connector === 'cosmo' && wanted.email === undefined
      ? 'required'
      : { kind: 'create', after };
  return { kind: account.active ? 'update' : 'reactivate', after };
}

/** Rule 12: a leaver and a joiner with one userName or e-mail in one plan. */
function probableRekeys(
  wishes: ReadonlyMap<string, Wish>,
  reading: Reading,
  accounts: ReadonlyMap<string, Account>,
): ReadonlySet<string> {
  const both = new Set<string>();
  for (const [joiner, { kind, after }] of wishes) {
    if (kind !== 'create') continue;
    for (const [leaver, other] of wishes) {
      if (other.kind !== 'deactivate' && other.kind !== 'delete') continue;
      if (reading.people.get(leaver)?.kind === 'active') continue; // out of scope is no leaver (rule 6)
      if (!shareName(after!.wanted, accounts.get(leaver)!.attributes)) continue;
      both.add(joiner).add(leaver);
    }
  }
  return both;
}

function shareName(left: Wanted, right: Attributes): boolean {
  const names = (one: Wanted): string[] => [one.userName, one.email].flatMap((name) => name ?? []).map(fold);
  return names(left).some((name) => names(right).includes(name));
}

/** Who would be created, and is met as an account that is not linked: by the name or by the address. */
function metStrangers(
  wishes: ReadonlyMap<string, Wish>,
  { strangers }: Holding,
): ReadonlyMap<string, Account> {
  const met = new Map<string, Account>();
  for (const [key, { kind, after }] of wishes) {
    if (kind !== 'create') continue;
    const found = strangers.find(({ attributes }) => {
      const { userName = '', email = '' } = attributes;
      return [
        [after!.wanted.userName, userName],
        [after!.wanted.email, email],
      ].some(([left, right]) => left !== undefined && fold(left) === fold(right!));
    });
    if (found !== undefined) met.set(key, found);
  }
  return met;
}

/** Rules 21 and 22, for a day of which nothing else is in the window. */
function heldKinds(leaving: number, target: TargetSettings, approved: ReadonlySet<Kind>): Kind[] {
  return leaving > target.deactivations && !approved.has('deactivate') ? ['deactivate'] : [];
}

/**
 * Who cannot have the name that they want: it is somebody's who does not give it up, or two want each other's
 * (rules 10 and 26). Names get free in the order of law 12: deletions, then changes, then creates.
 */
function withoutTheirName(
  wishes: ReadonlyMap<string, Wish>,
  { accounts, strangers }: Holding,
): readonly string[] {
  const strange = new Set(strangers.map(({ attributes }) => fold(attributes.userName ?? '')));
  const taken = new Set<string>();
  for (const [key, account] of accounts)
    if (wishes.get(key)?.kind !== 'delete') taken.add(fold(account.attributes.userName ?? ''));
  const waiting = new Map<string, { readonly from?: string; readonly to: string }>();
  for (const [key, { after }] of wishes) {
    const from = accounts.get(key)?.attributes.userName;
    const to = fold(after?.wanted.userName ?? '');
    if (to === '' || (from !== undefined && fold(from) === to)) continue;
    waiting.set(key, { to, ...(from !== undefined && { from: fold(from) }) });
  }
  const changes = [...waiting].filter(([, { from }]) => from !== undefined);
  for (let moved = true; moved;) {
    moved = false;
    for (const [key, { from, to }] of changes) {
      if (!waiting.has(key) || taken.has(to) || strange.has(to)) continue;
      taken.delete(from!);
      taken.add(to);
      waiting.delete(key);
      moved = true;
    }
  }
  const addresses = addressesAfter(wishes, waiting, accounts);
  for (const [key, { from, to }] of waiting) {
    if (
      from !== undefined ||
      taken.has(to) ||
      addresses.has(fold(wishes.get(key)!.after!.wanted.email ?? '-'))
    )
      continue;
    taken.add(to);
    waiting.delete(key);
  }
  return [...waiting.keys()];
}

/** Whoever is created is recognised by their address, too: one that is somebody's account's is not theirs. */
function addressesAfter(
  wishes: ReadonlyMap<string, Wish>,
  waiting: ReadonlyMap<string, unknown>,
  accounts: ReadonlyMap<string, Account>,
): ReadonlySet<string> {
  const addresses = new Set<string>();
  for (const [key, { attributes }] of accounts) {
    const wish = waiting.has(key) ? undefined : wishes.get(key);
    if (wish?.kind === 'delete') continue;
    const address = wish === undefined ? attributes.email : wish.after?.wanted.email;
    if (address !== undefined) addresses.add(fold(address));
  }
  return addresses;
}

/** What is left of the wishes is done: references are bound where both have an account (rule 19). */
function carryOut(
  wishes: ReadonlyMap<string, Wish>,
  before: ReadonlyMap<string, Account>,
): Pick<Judgement, 'accounts' | 'requests'> {
  const ids = new Map([...before].map(([key, { id }]) => [key, id]));
  for (const [key, { kind }] of wishes)
    if (kind === 'create') ids.set(key, idToCome(key));
    else if (kind === 'delete') ids.delete(key);
  const accounts = new Map(before);
  const requests = new Map<string, { readonly kind: Kind; readonly count: number }>();
  const taken = new Set(
    [...wishes].flatMap(([key, { after }]) => {
      const name = fold(after?.wanted.userName ?? '');
      return name === nameOf(before.get(key)) ? [] : [name];
    }),
  );
  for (const [key, { kind, after }] of wishes) {
    const account = before.get(key);
    if (after === undefined) {
      accounts.delete(key);
      requests.set(key, { kind, count: 1 });
      continue;
    }
    const attributes =
      kind === 'deactivate' ? account!.attributes : bound(key, after.wanted, account?.attributes, ids);
    const next = { id: ids.get(key)!, active: after.active, attributes };
    if (account !== undefined && same(account, next)) continue;
    accounts.set(key, next);
    // A name that somebody waits for is given up at once, and a manager who is new follows: that is a cycle, too.
    const yields = taken.has(nameOf(account)) && nameOf(account) !== nameOf(next);
    const follows =
      account !== undefined && yields && next.attributes.manager === idToCome(after.wanted.manager ?? '');
    requests.set(key, { kind, count: follows ? 2 : 1 });
  }
  for (const key of firstOnEachCycle(wishes)) requests.set(key, { kind: 'create', count: 2 });
  return { accounts, requests };
}

function nameOf(account: Account | undefined): string {
  return fold(account?.attributes.userName ?? '');
}

/** A manager without an account here, or oneself, is left out: what the account says stays. Nothing said clears it. */
function bound(
  key: string,
  wanted: Wanted,
  had: Attributes | undefined,
  ids: ReadonlyMap<string, string>,
): Attributes {
  const { manager, ...rest } = wanted;
  if (manager === undefined) return rest;
  const id = manager === key ? had?.manager : (ids.get(manager) ?? had?.manager);
  return id === undefined ? rest : { ...rest, manager: id };
}

export function same(left: Account, right: Account): boolean {
  const names = new Set([...Object.keys(left.attributes), ...Object.keys(right.attributes)]);
  return (
    left.active === right.active && [...names].every((name) => alike(name as keyof Attributes, left, right))
  );
}

/** userName and addresses are compared without regard to case, everything else as it stands. */
export function alike(name: keyof Attributes, left: Account, right: Account): boolean {
  const folds = name === 'userName' || name === 'email';
  const value = ({ attributes }: Account): string | undefined =>
    folds ? attributes[name]?.toLowerCase() : attributes[name];
  return value(left) === value(right);
}

/** Law 10: one more request for each cycle of managers among those who are created. */
function firstOnEachCycle(wishes: ReadonlyMap<string, Wish>): readonly string[] {
  const managerOf = (key: string): string | undefined => {
    const wish = wishes.get(key);
    const manager = wish?.kind === 'create' ? wish.after?.wanted.manager : undefined;
    return manager !== undefined && manager !== key && wishes.get(manager)?.kind === 'create'
      ? manager
      : undefined;
  };
  const found: string[] = [];
  const settled = new Set<string>();
  for (const start of wishes.keys()) {
    const path: string[] = [];
    let at: string | undefined = start;
    while (at !== undefined && !settled.has(at) && !path.includes(at)) {
      path.push(at);
      at = managerOf(at);
    }
    if (at !== undefined && path.includes(at)) {
      const cycle = path.slice(path.indexOf(at));
      found.push([...cycle].sort()[0]!);
    }
    for (const one of path) settled.add(one);
  }
  return found;
}
