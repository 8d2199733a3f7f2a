import { expect, test } from 'vitest';
import { ENTERPRISE } from '../../src/model/index.ts';
import { comparisonForm, fold, foldsCase, userAttribute } from '../../src/scim/schema.ts';

test('an attribute is found by its path, whatever the case, and by every way to name the enterprise extension', () => {
  expect(userAttribute('title')?.type).toBe('string');
  expect(userAttribute('NAME.GIVENNAME')?.name).toBe('givenName');
  expect(userAttribute('emails')).toMatchObject({ multiValued: true, type: 'complex' });
  for (const path of [`${ENTERPRISE}:department`, `${ENTERPRISE}.department`, 'enterprise.department'])
    expect(userAttribute(path)?.name).toBe('department');
  expect(userAttribute(`${ENTERPRISE}:manager.value`)?.caseExact).toBe(true);
});

test('what the RFC does not name is no attribute', () => {
  for (const path of [
    '',
    'department',
    'name.nick',
    'enterprise.title',
    'emails.value.x',
    '__proto__',
    'constructor',
  ])
    expect(userAttribute(path), path).toBeUndefined();
});

test('nobody may write what is readOnly', () => {
  for (const path of ['id', 'meta', 'groups', 'enterprise.manager.displayName'])
    expect(userAttribute(path)?.mutability, path).toBe('readOnly');
  expect(userAttribute('password')?.mutability).toBe('writeOnly');
});

test('identifiers compare without regard to case, and what people read compares exactly', () => {
  for (const path of ['userName', 'emails.value', 'emails.type', 'phoneNumbers.type', 'locale'])
    expect(foldsCase(path), path).toBe(true);
  for (const path of [
    'externalId',
    'displayName',
    'name.familyName',
    'title',
    `${ENTERPRISE}.department`,
    'roles.value',
  ])
    expect(foldsCase(path), path).toBe(false);
});

test('composed and decomposed letters fold to one form', () => {
  expect(fold('RENÉ')).toBe(fold('rene\u0301'));
  expect(fold('straße')).not.toBe(fold('strasse'));
});

test('of a URI the host has no case, and the path has', () => {
  const form = (text: string): string => comparisonForm('profileUrl', text);
  expect(form('HTTPS://Example.COM/Ada')).toBe('https://example.com/Ada');
  expect(form('https://example.com/ada')).not.toBe(form('https://example.com/Ada'));
  expect(form('not a URI')).toBe('not a URI');
  expect(comparisonForm('title', 'Head OF')).toBe('Head OF');
});
