import { ENTERPRISE, isObject } from '../../src/model/index.ts';
import type { Resource } from '../../src/model/index.ts';
import type { ServiceKind } from './kinds.ts';
import { folded } from './service.ts';
import type { Held, Service } from './service.ts';
import { titleOf, words } from './source.ts';
import type { Rows } from './source.ts';
import type { Row, Settings, Wanted } from './world.ts';

/**
 * What the rules make of somebody at one target, worked out anew and as simply as can be. `unknown`: their record is one
 * that is rejected, so that they are left as they are.
 */
export type Standing = 'present' | 'outOfScope' | 'left' | 'unknown';

export function standingOf(key: string, rows: Rows, { without }: Wanted): Standing {
  const row = rows.get(key);
  if (row === undefined || row.status === 'left') return 'left';
  if (row.status === 'odd' || isContested(row, rows)) return 'unknown';
  return row.department === without ? 'outOfScope' : 'present';
}

/** Two active people with one name: both are rejected (rule 4). */
export function isContested({ login }: Row, rows: Rows): boolean {
  const same = [...rows.values()].filter(
    (one) => one.status === 'active' && folded(one.login) === folded(login),
  );
  return same.length > 1;
}

/** The attributes that an account has in plain words, beside the manager. */
export function shownOf(resource: Resource): Readonly<Record<string, string>> {
  const extension = resource[ENTERPRISE];
  return {
    login: folded(resource['userName']),
    title: (resource['title'] as string | undefined) ?? '',
    department: isObject(extension) ? ((extension['department'] as string | undefined) ?? '') : '',
  };
}

export function wantedOf(row: Row, settings: Settings): Readonly<Record<string, string>> {
  return { login: folded(row.login), title: titleOf(row, settings), department: row.department };
}

/** What a service holds otherwise than it shall, once nothing stands in the way any more; one sentence each. */
export function differencesOf(
  service: Service,
  { profile }: ServiceKind,
  rows: Rows,
  settings: Settings,
  wanted: Wanted,
): readonly string[] {
  const differences: string[] = [];
  const accounts = [...service.accounts.values()];
  const presentOnes = [...rows].filter(([key]) => standingOf(key, rows, wanted) === 'present');
  const idOf = (key: string): string | undefined =>
    accounts.find(({ owner, isInvited }) => owner === key && !isInvited)?.id;
  for (const [key, row] of presentOnes) {
    const own = accounts.filter(({ owner }) => owner === key);
    if (own.length !== 1) {
      differences.push(`${key} has ${own.length} accounts`);
      continue;
    }
    const [account] = own as [Held];
    if (account.isInvited) continue;
    if (!account.isOn) differences.push(`${key} is off`);
    const [is, shall] = [shownOf(account.resource), wantedOf(row, settings)];
    for (const name of Object.keys(shall))
      if (is[name] !== shall[name])
        differences.push(`${key} has the ${name} "${is[name]}" and not "${shall[name]}"`);
    const boss = row.boss === key ? undefined : rows.get(row.boss);
    if (boss !== undefined && standingOf(row.boss, rows, wanted) === 'present') {
      const manager = managerOf(account.resource);
      const whose = idOf(row.boss);
      if (whose !== undefined && manager !== whose)
        differences.push(`${key} has the manager ${manager} and not ${whose} (${row.boss})`);
    }
  }
  for (const account of accounts) {
    if (!account.isOn) continue;
    const standing = standingOf(account.owner, rows, wanted);
    if (leaves(standing, wanted)) differences.push(`${account.owner} is on, and shall not be`);
  }
  return profile.groups.supported
    ? [...differences, ...groupDifferences(service, presentOnes, idOf)]
    : differences;
}

export function leaves(standing: Standing, { onLeave, onOutOfScope }: Wanted): boolean {
  return (
    (standing === 'left' && onLeave !== 'keep') || (standing === 'outOfScope' && onOutOfScope !== 'keep')
  );
}

function managerOf(resource: Resource): string | undefined {
  const extension = resource[ENTERPRISE];
  const manager = isObject(extension) ? extension['manager'] : undefined;
  return isObject(manager) ? (manager['value'] as string) : undefined;
}

function groupDifferences(
  service: Service,
  presentOnes: readonly (readonly [string, Row])[],
  idOf: (key: string) => string | undefined,
): readonly string[] {
  const differences: string[] = [];
  const groups = [...service.groups.values()];
  const names = new Set(presentOnes.flatMap(([, row]) => words(row.groups)));
  for (const name of names) {
    const found = groups.filter(({ resource }) => resource['displayName'] === name);
    if (found.length !== 1 && presentOnes.some(([key, row]) => idOf(key) && words(row.groups).includes(name)))
      differences.push(`there are ${found.length} groups ${name}`);
  }
  for (const { resource, members } of groups)
    for (const [key, row] of presentOnes) {
      const id = idOf(key);
      if (id === undefined) continue;
      const shall = words(row.groups).includes(resource['displayName'] as string);
      if (members.has(id) !== shall)
        differences.push(`${key} is ${shall ? 'not ' : ''}in the group ${resource['displayName'] as string}`);
    }
  return differences;
}
