import { writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { readLdif, readLdifFile } from './ldif-reading.ts';
import { temporaryFolder } from './reading.ts';

const folder = temporaryFolder();
let files = 0;
const fresh = () => folder.path(`people-${(files += 1)}.ldif`);
const read = (content: string) => readLdif(fresh(), content);

const HEAD =
  '# extended LDIF\n#\n# LDAPv3\n# base <dc=x> with scope subtree\n# filter: (uid=*)\n# requesting: ALL\n#\n\n';
const TWO = '# a, x\ndn: uid=a,dc=x\nuid: a\n\n# b, x\ndn: uid=b,dc=x\nuid: b\n\n';
const RESULT = '# search result\nsearch: 2\nresult: 0 Success\n\n';
const NUMBERS = '# numResponses: 3\n# numEntries: 2\n';

describe('a read is complete', () => {
  test.each([
    ['without a report', TWO],
    ['as ldapsearch writes it', HEAD + TWO + RESULT + NUMBERS],
    ['as ldapsearch -L writes it', `version: 1\n\n${HEAD}${TWO}# search result\n\n${NUMBERS}`],
    ['as ldapsearch -LL writes it', `version: 1\n\n${TWO}`],
    [
      'in pages',
      `${HEAD}${TWO}# search result\nsearch: 2\nresult: 0 Success\ncontrol: 1.2.840.113556.1.4.319 false MAUCAQAEAA==\npagedresults: cookie=\n\n${NUMBERS}`,
    ],
    ['of two searches', HEAD + TWO + RESULT + NUMBERS + '\n' + HEAD + TWO + RESULT + NUMBERS],
    ['where somebody’s name looks like a number', `# numEntries: 7, x\n${TWO}`],
  ])('%s', async (_, content) => {
    const { receipt, records } = await read(content);
    expect(receipt).toMatchObject({ complete: true, reasons: [], endsLine: true });
    expect(records.map(({ defect }) => defect)).toEqual(records.map(() => undefined));
    expect(records.length % 2).toBe(0);
  });
});

test('of a file that does not end with a blank line, the last entry does not end as others do', async () => {
  for (const [content, endsLine] of [
    [TWO.trimEnd() + '\n', false],
    [TWO.trimEnd() + '\n# b\n', false],
    [TWO.replaceAll('\n', '\r\n'), true],
    [`${TWO}# an end\n`, true],
  ] as const) {
    const { receipt } = await read(content);
    expect(receipt).toMatchObject({ complete: true, reasons: [], endsLine });
  }
});

describe('a read proves nothing about who is absent', () => {
  test.each([
    ['only a version line', 'version: 1\n', /holds no entries/, 0],
    ['only comments', '# nothing\n#\n', /holds no entries/, 0],
    ['no line end', 'dn: uid=a\nuid: a', /ends in the middle of a line, in the entry of line 1/, 1],
    ['a cut fold', 'dn: uid=a\ncn: a\n b', /ends in the middle of a line/, 1],
    ['a cut comment', 'dn: uid=a\nuid: a\n\n# num', /line, 4, does not end/, 1],
    ['cut base64', 'dn: uid=a\ncn:: YWJjZ\n', /ends inside the base64 of "cn"/, 1],
    ['cut base64 without a line end', 'dn: uid=a\ncn:: YWJjZ', /inside the base64/, 1],
    ['a dn alone at the end', `${TWO}dn: uid=c,dc=x\n`, /ends right after its dn, in the entry of line 9/, 3],
    [
      'a size limit',
      `${HEAD}${TWO}search: 2\nresult: 4 Size limit exceeded\n\n${NUMBERS}`,
      /"4 Size limit exceeded" \(line \d+\): the size limit/,
      2,
    ],
    ['a time limit', `${TWO}result: 3 Time limit exceeded\n`, /time limit/, 2],
    [
      'a refusal',
      `search: 2\nresult: 1 Operations error\ntext: bind first\n\n# numResponses: 1\n`,
      /"1 Operations error, bind first"/,
      0,
    ],
    [
      'a referral',
      'search: 2\nresult: 10 Referral\nref: ldap://b/dc=x\n\n# numResponses: 1\n',
      /other server.*|"10 Referral"/,
      0,
    ],
    [
      'fewer entries than found',
      `${TWO}${RESULT}# numResponses: 4\n# numEntries: 3\n`,
      /found 3 entries, and 2 stand before it/,
      2,
    ],
    ['more entries than found', `${TWO}# numEntries: 1\n`, /found 1 entries, and 2/, 2],
    ['a report without its end', HEAD + TWO, /began its report on line 3 and did not end it/, 2],
    [
      'continuation references',
      `${TWO}# search reference\nref: ldap://d/dc=y\n\nref: ldaps://e/dc=z\n\n`,
      /2 other places.*ldap:\/\/d\/dc=y, ldaps:\/\/e/,
      2,
    ],
    [
      'references as comments',
      `${TWO}# refldap://d/DC=y\n\n# refldaps://e/DC=long\n er\n`,
      /2 other places.*ldaps:\/\/e\/DC=longer/,
      2,
    ],
  ])('%s', async (_, content, reason, count) => {
    const { receipt } = await read(content);
    expect(receipt).toMatchObject({ complete: false, count });
    expect(receipt.reasons.join('\n')).toMatch(reason);
  });

  test('what is expected of a file counts as it does for others', async () => {
    const { receipt } = await readLdif(fresh(), TWO, { expect: { minimum: 3 } });
    expect(receipt.reasons).toEqual(['2 records were read, and at least 3 are expected']);
  });
});

test('what only looks like a part of a report is an entry with a defect', async () => {
  const { records } = await read(`search: 2\ncn: a\n\nref: x\nuid: b\n\n${TWO}`);
  expect(records.map(({ defect }) => defect === undefined)).toEqual([false, false, true, true]);
});

test('cut at every byte, a file never yields what it did not hold', async () => {
  const content = `${HEAD}${TWO}dn:: ${Buffer.from('uid=c,dc=x').toString('base64')}\nuid: ccc\n cc\nmail: c@x\n\n${RESULT}# numResponses: 4\n# numEntries: 3\n`;
  const path = fresh();
  const whole = new Map(
    (await readLdif(path, content)).records.map((record) => [record.field('uid', 'first'), record.text()]),
  );
  for (let length = 1; length < content.length; length += 1) {
    await writeFile(path, content.slice(0, length));
    const { records, receipt } = await readLdifFile(path);
    // What is complete has all of it; only the last line of the report may be gone.
    if (receipt.complete) expect(records.map((record) => record.text())).toEqual([...whole.values()]);
    if (length < content.length - '# numEntries: 3\n'.length) expect(receipt.complete).toBe(false);
    for (const record of records.filter(({ defect }) => defect === undefined)) {
      expect(whole.get(record.field('uid', 'first'))).toBe(record.text());
    }
  }
});
