import { describe, expect, test } from 'vitest';
import { parsed } from './ldif-reading.ts';

const text = (value: string) => ({ form: 'text', text: value });
const DN = 'dn: cn=a,dc=x\n';

describe('a change record is plain data', () => {
  test.each([
    ['changetype: delete\n', { kind: 'delete', dn: 'cn=a,dc=x', controls: [] }],
    [
      'control: 1.2.840.113556.1.4.805 true\ncontrol: 1.2 : v\ncontrol: 1.3 false:: AAE=\nchangetype: delete\n',
      {
        controls: [
          { oid: '1.2.840.113556.1.4.805', critical: true },
          { oid: '1.2', critical: false, value: text('v') },
          { oid: '1.3', critical: false, value: { form: 'base64', text: 'AAE=' } },
        ],
      },
    ],
    [
      'changetype: add\ncn: a\nCN: b\nsn: c\n',
      {
        kind: 'add',
        attributes: [
          { name: 'cn', values: [text('a'), text('b')] },
          { name: 'sn', values: [text('c')] },
        ],
      },
    ],
    [
      'changetype: modify\nadd: mail\nmail: a\nmail:: Yg==\n-\ndelete: fax\n-\nreplace: sn;lang-de\nsn;lang-de: c\n-\nincrement: n\nn: -2\n-\n',
      {
        kind: 'modify',
        blocks: [
          { operation: 'add', name: 'mail', values: [text('a'), text('b')] },
          { operation: 'delete', name: 'fax', values: [] },
          { operation: 'replace', name: 'sn;lang-de', values: [text('c')] },
          { operation: 'increment', name: 'n', values: [text('-2')] },
        ],
      },
    ],
    ['changetype: modify\n', { kind: 'modify', blocks: [] }],
    [
      'changetype: modrdn\nnewrdn: cn=b\ndeleteoldrdn: 1\n',
      { kind: 'modrdn', newRdn: 'cn=b', deleteOldRdn: true },
    ],
    [
      'changetype: moddn\nnewrdn:: Y249Yg==\ndeleteoldrdn: 0\nnewsuperior: dc=y\n',
      { kind: 'modrdn', newRdn: 'cn=b', deleteOldRdn: false, newSuperior: 'dc=y' },
    ],
  ])('%j', (content, expected) => {
    const { entry, faults } = parsed(DN + content);
    expect(faults).toEqual([]);
    expect(entry).toMatchObject(expected);
  });

  test.each([
    ['changetype: move\n', 2, /"move"/],
    ['changetype: delete\ncn: a\n', 3, /nothing may follow/],
    ['changetype: add\n', 2, /no attributes/],
    ['changetype: add\ncn: a\n-\n', 4, /only `-`/],
    ['changetype: modify\ncn: a\n-\n', 3, /a block begins with/],
    ['changetype: modify\nadd: c n\n-\n', 3, /a block begins with/],
    ['changetype: modify\nadd: cn\ncn: a\n', 3, /does not end/],
    ['changetype: modify\nadd: cn\n-\n', 3, /no values/],
    ['changetype: modify\nadd: cn\nsn: a\n-\n', 4, /"sn" stands in a block of "cn"/],
    ['changetype: modify\nincrement: n\nn: x\n-\n', 3, /whole number/],
    ['changetype: modrdn\ndeleteoldrdn: 1\n', 3, /`newrdn:` is missing/],
    ['changetype: modrdn\nnewrdn: cn=b\ndeleteoldrdn: 2\n', 4, /deleteoldrdn/],
    ['changetype: modrdn\nnewrdn: cn=b\ndeleteoldrdn: 1\ncn: x\n', 5, /"cn" does not belong/],
    ['changetype: modrdn\nnewrdn: cn=b\ndeleteoldrdn: 1\nnewsuperior: a\ncn: x\n', 6, /"cn" does not belong/],
    ['control: x\nchangetype: delete\n', 2, /`control:` wants/],
    ['control: 1.2 maybe\nchangetype: delete\n', 2, /`control:` wants/],
    ['control: 1.2\ncn: a\n', 3, /does not follow the controls/],
  ])('%j is none', (content, line, message) => {
    const { entry, faults } = parsed(DN + content);
    expect(entry).toBeUndefined();
    expect(faults[0]).toMatchObject({ line, message: expect.stringMatching(message) as string });
  });
});
