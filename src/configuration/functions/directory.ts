import { isUnder, normalDn, parentDn, parseDn } from '../../model/index.ts';
import type { AttributeTypeAndValue, Rdn } from '../../model/index.ts';
import { didYouMean } from '../../model/nearest.ts';
import { accountFlags, flagBits } from '../account-flags.ts';
import { guidOf, sidOf } from '../identifiers.ts';
import { oneValue } from './attribute.ts';
import type { OnAttribute } from './attribute.ts';
import { fault } from './fault.ts';

/** What entries of a directory say, as mapping needs it. */
export function registerDirectory(onAttribute: OnAttribute): void {
  onAttribute('guid', (text) => guidOf(text) ?? fault('guid met something that is no GUID'));
  onAttribute('sid', (text) => sidOf(text) ?? fault('sid met something that is no SID'));
  // The primary group has the SID of the domain, with this number in the place of the account's own:
  // https://learn.microsoft.com/windows/win32/adschema/a-primarygroupid
  onAttribute(
    'primaryGroupSid',
    (text, primaryGroupId: unknown) => {
      const number = oneValue('primaryGroupSid', primaryGroupId)?.trim();
      if (number === undefined) return null;
      const own = sidOf(text) ?? fault('primaryGroupSid met something that is no SID');
      if (!/^\d{1,10}$/.test(number)) fault('primaryGroupSid met a group that is no number');
      return own.replace(/\d+$/, number);
    },
    { also: ['dyn'] },
  );
  // Absent stays absent here: what was not read says neither that an account is disabled nor that it is not (rule 3).
  onAttribute(
    'hasFlag',
    (text, flag: string) => {
      const bits = flagBits(text.trim()) ?? fault('hasFlag met something that is no number of 32 bits');
      return (bits & (accountFlags[flag] ?? fault(unknownFlag(flag)))) !== 0;
    },
    { kind: 'number', also: ['string'] },
  );

  onAttribute('rdn', (dn) => {
    const [first, ...above] = stepsOf('rdn', dn);
    // Before the next step stands the comma that belongs to neither.
    return first === undefined ? null : dn.slice(0, above.length > 0 ? first.next - 1 : first.next).trim();
  });
  onAttribute(
    'rdnValue',
    (dn, type: string) => valuesOf('rdnValue', stepsOf('rdnValue', dn).slice(0, 1), type)[0] ?? null,
    {
      also: ['string'],
    },
  );
  onAttribute('dnValues', (dn, type: string) => valuesOf('dnValues', stepsOf('dnValues', dn), type), {
    also: ['string'],
    absent: [],
  });
  onAttribute('parentDn', (dn) => (stepsOf('parentDn', dn), parentDn(dn) || null));
  onAttribute('normalDn', (dn) => normalDn(dn) ?? noDn('normalDn'));
  onAttribute('isUnder', (dn, base: string) => (stepsOf('isUnder', dn), isUnder(dn, base)), {
    also: ['string'],
    gives: 'bool',
    absent: false,
  });
}

/** Of an argument that is written out: what is wrong with it. */
export function flagProblem(flag: string): string | undefined {
  return Object.hasOwn(accountFlags, flag) ? undefined : unknownFlag(flag);
}

export function typeProblem(type: string): string | undefined {
  return isType(type) ? undefined : 'this is no name of an attribute, such as cn or ou';
}

export function baseProblem(base: string): string | undefined {
  return parseDn(base) ? undefined : 'this is no DN, such as ou=people,dc=example,dc=com';
}

function unknownFlag(flag: string): string {
  const names = Object.keys(accountFlags);
  return `userAccountControl has no flag of this name; ${didYouMean(flag, names) ?? `there are ${names.join(', ')}`}`;
}

function isType(type: string): boolean {
  const [step, ...others] = parseDn(`${type}=`) ?? [];
  return step?.pairs.length === 1 && others.length === 0 && type.trim() === type;
}

function stepsOf(name: string, dn: string): readonly Rdn[] {
  return parseDn(dn) ?? noDn(name);
}

function noDn(name: string): never {
  return fault(`${name} met text that is no DN`);
}

/** The values of one type, from the entry up to the root. */
function valuesOf(name: string, steps: readonly Rdn[], type: string): readonly string[] {
  return steps.flatMap(({ pairs }) =>
    pairs.filter((pair) => isOf(pair, type)).map((pair) => textOf(name, pair)),
  );
}

function isOf(pair: AttributeTypeAndValue, type: string): boolean {
  return pair.type.toLowerCase() === type.toLowerCase();
}

function textOf(name: string, { value, isHex }: AttributeTypeAndValue): string {
  return isHex ? fault(`${name} met a value that is written as bytes in hexadecimal`) : value;
}
