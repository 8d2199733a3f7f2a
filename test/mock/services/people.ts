import { GROUP, USER } from './quirks.ts';
import type { Step } from './quirks.ts';

/** Somebody whom every service takes. */
export const ada = {
  schemas: [USER],
  userName: 'ada@example.com',
  externalId: 'e1',
  displayName: 'Ada Lovelace',
  name: { givenName: 'Ada', familyName: 'Lovelace' },
  emails: [{ value: 'ada@example.com', type: 'work', primary: true }],
};

export const made: Step = { ask: 'POST /Users', body: ada, status: 201, learns: 'ada' };

export const group: Step = {
  ask: 'POST /Groups',
  body: { schemas: [GROUP], displayName: 'Engineers', members: [{ value: '${ada}' }] },
  status: 201,
  learns: 'group',
};

export function without(...names: readonly string[]): object {
  return Object.fromEntries(Object.entries(ada).filter(([name]) => !names.includes(name)));
}

/** A key that is known and may do nothing. */
export const WEAK = { keys: [{ token: 'weak', permissions: [] }] };
