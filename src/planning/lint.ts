import { parseDn } from '../model/index.ts';
import type { Identity } from '../model/index.ts';
import { fold } from './map.ts';

/**
 * What can be mapped and sent, and is probably not meant. None of it keeps anybody from an account.
 *
 * | rule              | is                                                                        |
 * |-------------------|---------------------------------------------------------------------------|
 * | `keyEmail`        | a key that is an e-mail address: it changes with a name, and may go to somebody else |
 * | `keyDn`           | a key that is a DN: it changes when the entry is moved or renamed          |
 * | `keyCase`         | a key that differs from another one in case alone                         |
 * | `groupCase`       | a group whose name differs from another one's in case alone               |
 * | `email`           | an e-mail address that is none                                            |
 * | `managerSelf`     | somebody who is their own manager                                         |
 * | `manager`         | a manager who is in no record                                             |
 * | `managerCycle`    | people who are each other's managers, round in a circle                   |
 */
export const lintRules = [
  'keyEmail',
  'keyDn',
  'keyCase',
  'groupCase',
  'email',
  'managerSelf',
  'manager',
  'managerCycle',
] as const;

export type LintRule = (typeof lintRules)[number];

export interface Finding {
  readonly rule: LintRule;
  readonly text: string;
}

/** What is odd about one person, whoever else there is. Of somebody who has left, only the key matters. */
export function lintIdentity({ key, active, attributes, manager }: Identity): readonly Finding[] {
  const findings = lintKey(key);
  if (!active) return findings;
  for (const address of addressesOf(attributes['emails'])) {
    const fault = emailFault(address);
    if (fault !== undefined) findings.push({ rule: 'email', text: `${quoted(address)} ${fault}` });
  }
  if (manager === key) findings.push({ rule: 'managerSelf', text: 'is named as their own manager' });
  return findings;
}

function lintKey(key: string): Finding[] {
  if (key.includes('@') && emailFault(key) === undefined)
    return [{ rule: 'keyEmail', text: 'this key is an e-mail address' }];
  if (key.includes('=') && parseDn(key) !== undefined) return [{ rule: 'keyDn', text: 'this key is a DN' }];
  return [];
}

function addressesOf(emails: unknown): readonly string[] {
  if (!Array.isArray(emails)) return [];
  return (emails as readonly { readonly value?: unknown }[]).flatMap(({ value }) =>
    typeof value === 'string' ? [value] : [],
  );
}

/** RFC 5322 §3.4.1 without comments, and letters of any script (RFC 6531 §3.3). */
const LOCAL =
  /^(?:[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*|"[^"\\\p{Cc}]+")$/u;
/** RFC 1123 §2.1, and letters of any script. */
const LABEL = /^[\p{L}\p{M}\p{N}](?:[\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?$/u;

/** Why a text is no address that mail of another house can reach; `undefined` where it is one. Lengths: RFC 5321 §4.5.3.1. */
export function emailFault(address: string): string | undefined {
  const at = address.lastIndexOf('@');
  if (at === -1) return 'has no @';
  if (/\s/.test(address) && !address.startsWith('"')) return 'has white space in it';
  const [local, domain] = [address.slice(0, at), address.slice(at + 1)];
  if (local === '' || domain === '') return `has nothing ${local === '' ? 'before' : 'behind'} the @`;
  if (local.length > 64 || address.length > 254) return 'is too long';
  if (!LOCAL.test(local)) return 'has something before the @ that cannot stand there';
  const labels = domain.split('.');
  if (labels.some((label) => label.length > 63 || !LABEL.test(label)))
    return 'has no name of a host behind the @';
  if (labels.length === 1)
    return 'has a host behind the @ that nobody outside can reach: there is no dot in it';
  return /^\d+$/.test(labels.at(-1)!) ? 'has no name of a host behind the @' : undefined;
}

/** Notices names that differ from another one in case alone; each is named once. */
export class CaseClashes {
  readonly #names = new Map<string, string>();
  readonly #told = new Set<string>();

  /** The other name, where there is one and this is not told yet. */
  of(name: string): string | undefined {
    const folded = fold(name);
    const first = this.#names.get(folded);
    if (first === undefined) this.#names.set(folded, name);
    if (first === undefined || first === name || this.#told.has(name)) return undefined;
    this.#told.add(name);
    return first;
  }
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text);
}
