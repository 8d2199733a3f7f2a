import { resolve } from 'node:path';
import { parseDn } from '../model/index.ts';
import type { LdapOptions, LdapSearch } from '../model/index.ts';
import { isLoopback } from './base-url.ts';
import { durationSeconds } from './durations.ts';
import { isLdapFilter } from './ldap-filter.ts';
import type { Path } from './path.ts';
import { readSecret } from './authentication.ts';
import type { SourceText } from './source-schema.ts';
import type { SourcePlace } from './source-place.ts';

type LdapText = Extract<SourceText, { connector: 'ldap' }>;

const EVERYTHING = '(objectClass=*)';

/** The options of a live directory; what is wrong with them goes to the reading's problems. */
export function ldapOf(source: LdapText, place: SourcePlace): LdapOptions {
  const { reading, path: at, folder, env } = place;
  const { startTls = false, ca, bind, pageSize = 500, timeout = 60, expect: { minimum } = {} } = source;
  const { incremental } = source;
  checkUrl(source, place);
  checkFilters(source, place);
  const searches = searchesOf(source);
  searches.forEach(({ base }, index) => {
    if (parseDn(base) === undefined)
      reading.problem(
        baseAt(place, index),
        'this is no distinguished name (RFC 4514)',
        'such as ou=people,dc=example,dc=com',
      );
  });
  return {
    url: source.url.replace(/\/+$/, ''),
    startTls,
    ...(ca !== undefined && { ca: resolve(folder, ca) }),
    ...(bind && {
      bind: {
        dn: bind.dn,
        password: readSecret(reading, [...at, 'bind', 'password'], bind.password, folder, env),
      },
    }),
    searches,
    pageSize,
    timeoutSeconds: durationSeconds(timeout),
    ...(incremental && {
      incremental: { by: incremental.by, fullSeconds: durationSeconds(incremental.full ?? '24h') },
    }),
    expect: { ...(minimum !== undefined && { minimum }) },
  };
}

function searchesOf({ base, filter = EVERYTHING, scope = 'sub' }: LdapText): readonly LdapSearch[] {
  return [base]
    .flat()
    .map((one) =>
      typeof one === 'string' ? { base: one, filter, scope } : { filter, scope, ...given(one) },
    );
}

/** What is written without a value hides no default. */
function given(search: {
  base: string;
  filter?: string | undefined;
  scope?: LdapSearch['scope'] | undefined;
}): Partial<LdapSearch> & Pick<LdapSearch, 'base'> {
  const { base, filter, scope } = search;
  return { base, ...(filter !== undefined && { filter }), ...(scope !== undefined && { scope }) };
}

function checkUrl({ url, startTls = false, bind }: LdapText, { reading, path: at }: SourcePlace): void {
  const path = [...at, 'url'];
  const wrong = (message: string, hint?: string): void => reading.problem(path, message, hint);
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^ldaps?:$/.test(parsed.protocol))
    return wrong('this is no address of a directory', 'such as ldaps://ldap.example.com');
  if (parsed.username !== '' || parsed.password !== '')
    return wrong('an address holds no credential', 'put it under bind');
  if (!/^\/?$/.test(parsed.pathname) || parsed.search !== '' || parsed.hash !== '' || /[?#]/.test(url))
    return wrong('an address has neither a path nor ? nor #', 'say under base where the search begins');
  if (parsed.hostname === '') return wrong('the address names no host');
  const isPlain = parsed.protocol === 'ldap:' && !startTls;
  if (parsed.protocol === 'ldaps:' && startTls)
    return wrong('ldaps:// is encrypted from the first byte, so that startTls has nothing to do');
  if (isPlain && !isLoopback(parsed.hostname))
    wrong(
      bind
        ? 'plain ldap would send the password for everybody to read'
        : 'with plain ldap anybody on the way can read and change what is read',
      'use ldaps://, or startTls: true; plain ldap is for this machine',
    );
}

function checkFilters({ base, filter }: LdapText, place: SourcePlace): void {
  const check = (text: string | undefined, path: Path): void => {
    if (text !== undefined && !isLdapFilter(text))
      place.reading.problem(
        path,
        `the filter ${text} is none (RFC 4515)`,
        'such as (&(objectClass=person)(mail=*))',
      );
  };
  check(filter, [...place.path, 'filter']);
  [base].flat().forEach((one, index) => {
    if (typeof one !== 'string') check(one.filter, [...baseAt(place, index), 'filter']);
  });
}

function baseAt({ reading, path }: SourcePlace, index: number): Path {
  return Array.isArray(reading.raw([...path, 'base'])) ? [...path, 'base', index] : [...path, 'base'];
}
