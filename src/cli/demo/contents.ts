import { canonical, ENTERPRISE } from '../../model/index.ts';
import type { Json, Resource } from '../../model/index.ts';
import type { ShownUser } from '../../mock/index.ts';
import type { Row } from './rows.ts';
import { attributesOf, keyOf, keysOf } from './seen.ts';
import type { Step } from './story.ts';

const on = ['active', 'on leave'];
const off = ['left', 'terminated'];

/**
 * Compares every account with the person's row, as config/rollcall.yaml means it but without Rollcall's own mapping.
 * Whose row is rejected is left out: they stay as they were, whatever the row says.
 */
export function contents(
  step: Step,
  users: readonly ShownUser[],
  rows: ReadonlyMap<string, Row>,
): readonly string[] {
  const keys = keysOf(users);
  const accounts = new Set(keys.values());
  const rejected = new Set(step.rejected.map(({ key }) => key));
  const without = [...rows].filter(
    ([key, { status }]) => on.includes(status) && !accounts.has(key) && !rejected.has(key),
  );
  const wrong = users.flatMap((user) => {
    const key = keyOf(user);
    const row = rows.get(key);
    if (rejected.has(key)) return [];
    if (row === undefined || off.includes(row.status))
      return user['active'] === false ? [] : [`${key} is on, and works here no longer`];
    return differences(key, attributesOf(user, keys), expected(row, accounts));
  });
  return [...without.map(([key]) => `${key} works here and has no account`), ...wrong];
}

function expected(row: Row, accounts: ReadonlySet<string>): Resource {
  const { email, phone, manager_id: manager } = row;
  return {
    externalId: row.employee_id,
    userName: email,
    active: on.includes(row.status),
    name: { givenName: row.first_name, familyName: row.last_name },
    displayName: row.display_name,
    title: row.title,
    emails: [{ value: email, type: 'work', primary: true }],
    ...(phone !== '' && { phoneNumbers: [{ value: phone, type: 'work' }] }),
    [ENTERPRISE]: {
      department: row.department,
      // Somebody whom the file does not know is left out, and so is the empty cell.
      ...(accounts.has(manager) && { manager: { value: manager } }),
    },
  };
}

function differences(key: string, is: Resource, shall: Resource): readonly string[] {
  return [...new Set([...Object.keys(is), ...Object.keys(shall)])].sort().flatMap((name) => {
    const [now, wanted] = [is[name], shall[name]];
    if (canonical(now) === canonical(wanted)) return [];
    return [`${key} has ${shown(name, now)}, and the row says ${shown(name, wanted)}`];
  });
}

function shown(name: string, value: Json | undefined): string {
  const short = name === ENTERPRISE ? 'enterprise' : name;
  return value === undefined ? `no ${short}` : `${short} ${JSON.stringify(value)}`;
}
