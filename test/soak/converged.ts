import type { Mock } from '../../src/mock/index.ts';
import type { Person } from '../support/company.ts';

/** What differs between a service and what the file says, one line each; nothing where the two are one. */
export function differences(mock: Mock, rows: readonly Person[]): readonly string[] {
  const found: string[] = [];
  const users = new Map(mock.users().map((user) => [text(user['externalId']), user]));
  if (users.size !== mock.users().length) found.push('somebody has two accounts');
  const ids = new Map([...users].map(([key, { id }]) => [id, key]));
  const wanted = new Map(rows.filter(({ status }) => status === 'active').map((row) => [row.id, row]));
  for (const [key, user] of users)
    if (user['active'] === true && !wanted.has(key)) found.push(`${key} left, and is on`);
  for (const [key, row] of wanted) {
    const user = users.get(key);
    if (user === undefined || user['active'] !== true) found.push(`${key} has no account that is on`);
    else if ((user['name'] as { familyName?: string }).familyName !== row.last)
      found.push(`${key} has another name`);
  }
  const held = mock
    .groups()
    .flatMap(({ displayName, members }) => members.map((id) => `${text(displayName)} ${ids.get(id) ?? id}`));
  const memberships = new Set([...wanted.values()].map(({ id, department }) => `${department} ${id}`));
  for (const one of held) if (!memberships.has(one)) found.push(`${one}: is in the group, and should not be`);
  for (const one of memberships) if (!held.includes(one)) found.push(`${one}: is not in the group`);
  return found;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
