import fc from 'fast-check';
import { FilterParser } from 'ldapts';
import { expect, test } from 'vitest';
import { isLdapFilter } from '../../src/configuration/ldap-filter.ts';

test.each([
  // The examples of RFC 4515 §4.
  '(cn=Babs Jensen)',
  '(!(cn=Tim Howes))',
  '(&(objectClass=Person)(|(sn=Jensen)(cn=Babs J*)))',
  '(o=univ*of*mich*)',
  '(seeAlso=)',
  '(cn:caseExactMatch:=Fred Flintstone)',
  '(cn:=Betty Rubble)',
  '(sn:dn:2.4.6.8.10:=Barney Rubble)',
  '(o:dn:=Ace Industry)',
  '(:1.2.3:=Wilma Flintstone)',
  '(:DN:2.4.6.8.10:=Dino)',
  String.raw`(o=Parens R Us \28for all your parenthetical needs\29)`,
  String.raw`(cn=*\2A*)`,
  String.raw`(filename=C:\5cMyFile)`,
  String.raw`(bin=\00\00\00\04)`,
  String.raw`(sn=Lu\c4\8di\c4\87)`,
  '(1.3.6.1.4.1.1466.0=\\04\\02\\48\\69)',
  // And what directories are asked for every day.
  '(objectClass=*)',
  '(userAccountControl:1.2.840.113556.1.4.803:=2)',
  '(&(employeeType~=staff)(uidNumber>=1000)(uidNumber<=9999))',
  '(cn;lang-de=Müller)',
  `${'(!'.repeat(300)}(a=b)${')'.repeat(300)}`,
])('%s is a filter', (filter) => {
  expect(isLdapFilter(filter)).toBe(true);
});

test.each([
  '',
  'uid=*',
  '(uid)',
  '(uid=*',
  '(uid=*))',
  '(uid=*)(uid=*)',
  ' (uid=*)',
  '()',
  '(&)',
  '(|)',
  '(!)',
  '(!(a=1)(b=2))',
  '(&(a=1) (b=2))',
  '(& (a=1))',
  '(=x)',
  '(:=x)',
  '(a b=c)',
  '(a>c)',
  '(a>=b*)',
  '(a=b(c)',
  String.raw`(a=\)`,
  String.raw`(a=\4)`,
  String.raw`(a=\zz)`,
  '(a=\0)',
  '\0',
  '(&\0)',
])('%j is none', (filter) => {
  expect(isLdapFilter(filter)).toBe(false);
});

test('whatever is one is read when it is asked for', () => {
  const parts = [
    '(',
    ')',
    '&',
    '|',
    '!',
    'a',
    'cn',
    '=',
    '~=',
    '>=',
    ':',
    'dn',
    '*',
    '\\',
    '2a',
    ' ',
    '(a=b)',
  ];
  const text = fc.array(fc.constantFrom(...parts), { maxLength: 12 }).map((some) => `(${some.join('')})`);
  fc.assert(
    fc.property(text, (filter) => {
      if (isLdapFilter(filter)) expect(() => FilterParser.parseString(filter)).not.toThrow();
    }),
    { numRuns: 20_000 },
  );
});
