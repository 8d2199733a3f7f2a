import { expect, test } from 'vitest';
import { people, person } from '../support/company.ts';
import { accounts, playService } from '../support/service.ts';
import { openOffice } from './office.ts';

test('a target that takes its time does not keep another one from its next tick', async (context) => {
  const quick = await playService(context, 'rfc');
  const office = await openOffice(context, {
    rows: 0,
    parts: {
      targets: `quick: { connector: generic, baseUrl: "${quick.url}", auth: { kind: bearer, token: { env: APP_TOKEN } } }`,
    },
  });
  const { daemon, mock, lines, people: write } = office;
  // Answers come after a minute, or when the test is over.
  mock.addFault('delay=60000,method=POST');
  write(people(2));
  daemon.ask();
  await expect.poll(() => Object.keys(accounts(quick))).toHaveLength(2);
  await expect.poll(() => lines.filter((line) => line.includes('"target":"quick"'))).toHaveLength(1);

  write([person(1, { status: 'left' }), person(2), person(3)]);
  daemon.ask();
  await expect
    .poll(() => accounts(quick))
    .toEqual({ 'person1@example.com': false, 'person2@example.com': true, 'person3@example.com': true });
  expect(accounts(mock)).toEqual({});
  expect(lines.filter((line) => line.includes('"target":"app"') && line.includes('synced'))).toEqual([]);
  // Nobody waits for the rest of that minute.
  await mock.close();
});
