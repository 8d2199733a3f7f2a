import { describe, expect, test } from 'vitest';
import { journalled } from '../support/service.ts';
import { openOffice } from './office.ts';

const newcomer = {
  id: 'N1',
  first: 'Nora',
  last: 'New',
  email: 'nora@example.com',
  status: 'active',
};

describe('a sign-in', () => {
  test('makes the account of somebody who is new, once, and changes it with newer attributes', async (context) => {
    const { ask, mock } = await openOffice(context);
    const before = journalled(mock);
    const made = await ask('POST', '/v1/provision', { key: 'N1', record: newcomer });
    expect(made).toMatchObject({
      status: 200,
      body: { state: 'done', targets: { app: { state: 'active' } } },
    });
    const requests = mock.journal(before);
    console.log(requests.map(({ method, path, query }) => `${method} ${path} ${query}`));
    expect(requests.length).toBeLessThanOrEqual(9);
    const again = await ask('POST', '/v1/provision', { key: 'N1', record: { ...newcomer, last: 'Newer' } });
    console.log(again.body, mock.journal(before).length);
  });
});
