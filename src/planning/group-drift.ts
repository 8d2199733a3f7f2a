import { diff } from './diff.ts';
import type { Drift, DriftPolicy, GroupPolicy, Resource } from '../model/index.ts';
import type { Compared } from './drift.ts';

/** What becomes of a group that differs. */
export interface GroupRules {
  /** Of every attribute; `fix` if it is not given. */
  readonly default?: DriftPolicy;
  /** Of people of ours whom somebody else put into it; `keep` if it is not given. */
  readonly members?: GroupPolicy['members'];
  /** Whether the target takes another name (rule 16). */
  readonly rename: boolean;
}

/** Where a live group differs from the last confirmed one, but for its members. What is not returned is unknown (rule 3). */
export function compareGroup(confirmed: Resource, live: Resource, rules: GroupRules): Compared {
  const isReturned = (name: string): boolean => live[name] !== undefined;
  const names = Object.keys(confirmed);
  const shown = Object.fromEntries(names.filter(isReturned).map((name) => [name, live[name]!]));
  const known = Object.fromEntries(names.filter(isReturned).map((name) => [name, confirmed[name]!]));
  const policy = rules.default ?? 'fix';
  const drift =
    policy === 'ignore'
      ? []
      : diff(known, shown).map(({ path, before, after }): Drift => ({
          path,
          ...(before !== undefined && { confirmed: before }),
          ...(after !== undefined && { live: after }),
          policy: rules.rename ? policy : 'cannotFollow',
        }));
  return { drift, notReturned: names.filter((name) => !isReturned(name)) };
}

/** Somebody whom a target confirmed to be in a group. */
export interface ConfirmedMember {
  readonly key: string;
  /** Of their account. */
  readonly remoteId: string;
  /** False where a request about it has no answer, or is under way. */
  readonly isSure: boolean;
  readonly isActive: boolean;
  readonly isGroup?: boolean;
}

/** How a member is told: a person by the key; a group, which may have the same one, as what it is. */
export type MemberName = string | { readonly value: string; readonly type: 'Group' };

export function memberName({ key, isGroup }: Pick<ConfirmedMember, 'key' | 'isGroup'>): MemberName {
  return isGroup === true ? { value: key, type: 'Group' } : key;
}

/** Who is shown to be in a group, by the target's ids. */
export interface ShownMembers {
  readonly ids: ReadonlySet<string>;
  /** Whether somebody is out of the group who is not among them. */
  readonly proves: (member: ConfirmedMember) => boolean;
  /** Whose account an id is, or which of our groups; nothing where it is neither. */
  readonly ownerOf: (remoteId: string) => MemberName | undefined;
}

/**
 * Who was confirmed to be in a group and is not, and who is in it besides. Whoever is nobody's is told, and stays: what we
 * neither made nor took over is not ours to touch (rule 13).
 */
export function compareMembers(
  confirmed: readonly ConfirmedMember[],
  { ids, proves, ownerOf }: ShownMembers,
  { default: usual = 'fix', members }: GroupRules,
): readonly Drift[] {
  const known = new Set(confirmed.map(({ remoteId }) => remoteId));
  const gone = confirmed.filter((one) => one.isSure && !ids.has(one.remoteId) && proves(one));
  const more = [...ids].filter((id) => !known.has(id));
  const ours = more.flatMap((id) => ownerOf(id) ?? []);
  const strangers = more.filter((id) => ownerOf(id) === undefined).map((id) => `${id} (nobody's account)`);
  const kept = usual === 'ignore' ? usual : 'report';
  const all = [
    { side: 'confirmed', who: gone.map(memberName), policy: usual },
    { side: 'live', who: ours, policy: members === 'remove' ? 'fix' : kept },
    { side: 'live', who: strangers, policy: kept },
  ] as const;
  return all.flatMap(({ side, who, policy }): readonly Drift[] =>
    who.length === 0 || policy === 'ignore' ? [] : [{ path: 'members', [side]: who.sort(byText), policy }],
  );
}

function byText(one: MemberName, other: MemberName): number {
  const [left, right] = [one, other].map((name) => (typeof name === 'string' ? name : name.value)) as [
    string,
    string,
  ];
  return left < right ? -1 : left > right ? 1 : 0;
}
