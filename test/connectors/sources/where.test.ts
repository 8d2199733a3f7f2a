import { expect, test } from 'vitest';
import { peopleIn, targets } from './people.ts';
import { temporaryFolder } from './reading.ts';

const folder = temporaryFolder();

test('a record of which it cannot be said whether it is meant is rejected, with what cannot be said', async () => {
  const { people, receipt, records } = await peopleIn(folder.path, {
    'rollcall.yaml': `source:
  connector: csv
  path: ./people.csv
  key: \${record.id}
  where: \${record.email.split("@")[1] == "example.com"}
identity: { userName: "\${record.email}", active: true }
${targets}`,
    'people.csv': 'id,email\n1,ada@example.com\n2,printer\n3,bob@example.org\n',
  });
  expect(people).toEqual({
    1: { active: true, userName: 'ada@example.com', groups: [] },
    2: expect.stringMatching(/^source\.where \$\{record.*\} failed: the index is beyond the end$/) as string,
  });
  // Put right, it is another record.
  expect(records[1]!.text()).toMatch(/^\0.*printer/s);
  expect(receipt.count).toBe(2);
});
