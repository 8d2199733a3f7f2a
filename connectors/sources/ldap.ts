import { createHash } from 'node:crypto';
import type { LdapOptions, LdapSearch, Receipt, Source, SourceRecord } from '../../src/model/index.ts';
import { normalDn } from '../../src/model/dn.ts';
import { BATCH_RECORDS } from './batch.ts';
import type { SourceEnvironment } from './environment.ts';
import { close, connect } from './ldap/connection.ts';
import { Greatest, sinceFilter } from './ldap/incremental.ts';
import { whole } from './ldap/ranges.ts';
import { pagesOf } from './ldap/search.ts';
import type { Asking, Found } from './ldap/search.ts';
import { DN, namesOf } from './ldif/names.ts';
import type { Names } from './ldif/names.ts';
import { LdifRecord, textOf } from './ldif/record.ts';
import { isAttributeName, valueOf } from './ldif/value.ts';
import { Sum } from './ldap/sum.ts';
import { Unmet } from './unmet.ts';
import type { Columns } from './unmet.ts';

/** More gaps than these are counted and not told one by one. */
const MOST_GAPS = 20;

/**
 * A live directory. Its entries are records as those of an LDIF file are, so that one mapping fits both. Only the
 * attributes that expressions read are asked for. Memory grows with the page, and with the entries only where several
 * searches could find one of them twice. With `since`, only entries that were changed then or later.
 */
export function ldapSource(
  name: string,
  options: LdapOptions,
  environment: SourceEnvironment,
  since?: string,
): Source {
  return {
    name,
    file: options.url,
    isLive: true,
    read: (columns, asked = new Set()) => read(name, options, environment, { columns, asked, since }),
  };
}

async function* read(
  name: string,
  options: LdapOptions,
  environment: SourceEnvironment,
  { columns, asked, since }: Wanted,
): AsyncGenerator<readonly SourceRecord[], Receipt> {
  const client = await connect(options, environment.secretOf ?? noSecrets);
  try {
    const { incremental } = options;
    const wanted = [...columns.keys(), ...asked];
    const attributes = attributesIn(incremental === undefined ? wanted : [...wanted, incremental.by]);
    const isWanted = isAmong(attributesIn(wanted));
    const greatest = incremental && new Greatest(incremental);
    const asking = { client, url: options.url, attributes, pageSize: options.pageSize };
    const names = namesOf(columns, asked);
    const unmet = new Unmet(columns, (one) => one.toLowerCase());
    const seen = options.searches.length > 1 ? new Set<string>() : undefined;
    const gaps: string[] = [];
    const sum = new Sum();
    let count = 0;
    for (const search of options.searches) {
      for await (const page of pagesOf(asking, narrowed(search, options, since))) {
        gaps.push(...page.gaps);
        let batch: SourceRecord[] = [];
        for (const found of page.entries) {
          if (seen !== undefined && isKnown(seen, found.dn)) continue;
          greatest?.meet(found);
          const entry = await wholeOf(asking, onlyOf(found, isWanted), gaps);
          if (!unmet.isSettled) unmet.meet([DN, ...entry.attributes.map((one) => one.name)]);
          const record = recordOf(entry, names, ++count);
          sum.add(record.text());
          batch.push(record);
          if (batch.length < BATCH_RECORDS) continue;
          yield batch;
          batch = [];
        }
        if (batch.length > 0) yield batch;
      }
    }
    const reasons = since === undefined ? reasonsOf(options, count, gaps) : gaps;
    const complete = reasons.length === 0;
    if (complete && since === undefined)
      unmet.requireMet(columns, { file: options.url, record: 'entry', name: 'attribute' });
    const mark = greatest?.value;
    return {
      source: name,
      file: options.url,
      count,
      sha256: sum.digest(),
      complete,
      reasons,
      ...(mark !== undefined && { mark }),
    };
  } finally {
    await close(client);
  }
}

interface Wanted {
  readonly columns: Columns;
  readonly asked: ReadonlySet<string>;
  readonly since: string | undefined;
}

function narrowed(search: LdapSearch, { incremental }: LdapOptions, since: string | undefined): LdapSearch {
  if (incremental === undefined || since === undefined) return search;
  return { ...search, filter: sinceFilter(search.filter, incremental, since) };
}

/** Whether an attribute was asked for by an expression, in any of its options. */
function isAmong(attributes: readonly string[]): (name: string) => boolean {
  const names = new Set(attributes.map((one) => one.toLowerCase()));
  return (name) => names.has(name.toLowerCase()) || names.has(name.toLowerCase().split(';')[0]!);
}

/** What tells when an entry was changed is no part of its record, unless an expression reads it. */
function onlyOf({ dn, attributes }: Found, isWanted: (name: string) => boolean): Found {
  return { dn, attributes: attributes.filter(({ name }) => isWanted(name)) };
}

function noSecrets(): never {
  throw new Error('This source was given no way to its secrets.');
}

/** What is to be asked for. Names without an attribute would mean all of them; `1.1` means none (RFC 4511 §4.5.1.8). */
function attributesIn(names: readonly string[]): readonly string[] {
  const attributes = new Map(names.map((name) => [name.toLowerCase(), name]));
  attributes.delete(DN);
  return attributes.size === 0 ? ['1.1'] : [...attributes.values()].sort();
}

function isKnown(seen: Set<string>, dn: string): boolean {
  const digest = createHash('sha256')
    .update(normalDn(dn) ?? dn)
    .digest('base64')
    .slice(0, 22);
  if (seen.has(digest)) return true;
  seen.add(digest);
  return false;
}

async function wholeOf(asking: Asking, found: Found, gaps: string[]): Promise<Found> {
  const { entry, gaps: missing } = await whole(asking, found);
  gaps.push(...missing);
  return { dn: entry.dn, attributes: entry.attributes.filter(({ values }) => values.length > 0) };
}

function recordOf({ dn, attributes: given }: Found, names: Names, line: number): LdifRecord {
  const attributes = given
    // Whatever a server makes of its names, none of them is to mean something else in a record.
    .filter(({ name }) => isAttributeName(name))
    .map(({ name, values }) => ({ name, values: values.map(valueOf) }))
    // A server may name them in another order tomorrow.
    .sort((left, right) => (left.name.toLowerCase() < right.name.toLowerCase() ? -1 : 1));
  return new LdifRecord(line, textOf({ dn, attributes }), names);
}

function reasonsOf({ expect }: LdapOptions, count: number, gaps: readonly string[]): readonly string[] {
  const { minimum } = expect;
  return [
    ...(count === 0 ? ['the directory gave no entries'] : []),
    ...gaps.slice(0, MOST_GAPS),
    ...(gaps.length > MOST_GAPS ? [`and ${gaps.length - MOST_GAPS} more like these`] : []),
    ...(minimum !== undefined && count < minimum
      ? [`${count} records were read, and at least ${minimum} are expected`]
      : []),
  ];
}
