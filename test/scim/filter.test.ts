import fc from 'fast-check';
import { expect, test } from 'vitest';
import { and, equals } from '../../src/scim/filter.ts';

/** Reads `attribute eq value` back, and nothing else: what follows the string must not be there. */
function decoded(filter: string): { readonly attribute: string; readonly value: unknown } {
  const [, attribute = '', value = ''] = /^(\S+) eq (.*)$/su.exec(filter) ?? [];
  return { attribute, value: JSON.parse(value) as unknown };
}

test('whatever the value holds comes back out of the filter, and nothing of it is read as filter', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (value) => {
      expect(decoded(equals('userName', value))).toEqual({ attribute: 'userName', value });
    }),
    {
      examples: [
        ['" or userName pr or userName eq "'],
        ['\\'],
        ['\\"'],
        ['\u2028\u0000\ud800'],
        [''],
        ['a b'],
      ],
    },
  );
});

test('a filter survives the way through a query, whatever it holds', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (value) => {
      const filter = equals('emails.value', value);
      expect(new URLSearchParams(`filter=${encodeURIComponent(filter)}`).get('filter')).toBe(filter);
    }),
  );
});

test('what is no attribute path cannot become one', () => {
  for (const path of ['userName eq "a" or title', 'a b', '', 'emails[type eq "work"]', 'user\nName', '1st'])
    expect(() => equals(path, 'x'), path).toThrow('is not the path of an attribute');
});

test('filters of several attributes are joined by “and”', () => {
  const urn = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber';
  expect(and(equals('userName', 'ada'), equals(urn, '7'), equals('active', true))).toBe(
    `userName eq "ada" and ${urn} eq "7" and active eq true`,
  );
});
