import { isObject } from '../../model/index.ts';
import type { ServiceDescription } from '../description.ts';
import { compiledOnce } from '../directory/organisation.ts';
import { member } from '../patch/read.ts';

/** Takes out of requests what nobody may read again, before the journal keeps them. */
export interface Mask {
  /** A body: as it came, unless it speaks of something secret. `json` is what it was parsed to, if it could be. */
  readonly body: (text: string, json: unknown) => string;
  /** A query: a filter that compares something secret does not show it. */
  readonly query: (query: string) => string;
}

/** By name, in lower case, wherever it stands: one name is hardly secret in one type and for all to see in another. */
interface Secrets {
  readonly attributes: ReadonlySet<string>;
  /** Sub-attributes that are secret, of attributes that are not. */
  readonly subs: ReadonlyMap<string, ReadonlySet<string>>;
  /** Whether a text that somebody can read names one of them. */
  readonly mentions: RegExp;
}

const MASK = '********';
/** Deeper than any SCIM message goes. */
const DEPTH = 24;

/** What is secret is what the schemas never return (RFC 7643 §7), and a password, also where no schema has one. */
export function maskFor(service: ServiceDescription): Mask {
  const secrets = secretsOf(service);
  return {
    body: (text, json) => {
      // Without any of these, in clear or behind an escape, it is kept without being looked at any further.
      if (!secrets.mentions.test(text) && !text.includes('\\u')) return text;
      if (json === undefined)
        return `(not JSON, ${text.length} characters; left out because it may hold a password)`;
      return JSON.stringify(masked(secrets, json, undefined, 0));
    },
    query: (query) =>
      query !== '' && secrets.mentions.test(decoded(query))
        ? 'filter=(left%20out:%20it%20names%20something%20secret)'
        : query,
  };
}

function secretsOf({ resourceTypes }: ServiceDescription): Secrets {
  const spots = resourceTypes.flatMap(({ type }) => compiledOnce(type).hidden);
  const attributes = new Set(['password']);
  const subs = new Map<string, Set<string>>();
  for (const { attribute, sub } of spots) {
    const name = attribute.name.toLowerCase();
    if (sub) subs.set(name, (subs.get(name) ?? new Set()).add(sub.name.toLowerCase()));
    else attributes.add(name);
  }
  const names = [...attributes, ...subs.keys()].map((name) => name.replaceAll(/[^\w]/g, String.raw`\$&`));
  return { attributes, subs, mentions: new RegExp(names.join('|'), 'i') };
}

function decoded(query: string): string {
  try {
    return decodeURIComponent(query.replaceAll('+', ' '));
  } catch {
    // What is encoded wrongly stands as it is, beside what is not.
    return [...new URLSearchParams(query)].flat().join(' ');
  }
}

/** `within` has the secret sub-attributes of the attribute whose value this is. */
function masked(
  secrets: Secrets,
  value: unknown,
  within: ReadonlySet<string> | undefined,
  depth: number,
): unknown {
  if (value === null) return value;
  // Some services take a bare value for an object with this one part.
  if (typeof value !== 'object') return within ? MASK : value;
  if (depth > DEPTH) return '…';
  if (Array.isArray(value)) return value.map((one) => masked(secrets, one, within, depth + 1));
  if (!isObject(value)) return value;
  const path = member(value, 'path');
  const target = typeof path === 'string' ? spotAt(secrets, path) : undefined;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => {
      const lower = name.toLowerCase();
      const spot = target !== undefined && lower === 'value' ? target : spotAt(secrets, name);
      if (spot === 'secret' || within?.has(lower)) return [name, MASK];
      const isText =
        typeof one === 'string' && (lower === 'filter' || (lower === 'path' && one.includes('[')));
      if (isText && secrets.mentions.test(one)) return [name, MASK];
      return [name, masked(secrets, one, spot, depth + 1)];
    }),
  );
}

/** What a name or a PATCH path leads to: something secret, something with secret parts, or neither. */
function spotAt({ attributes, subs }: Secrets, path: string): 'secret' | ReadonlySet<string> | undefined {
  const open = path.indexOf('[');
  const head = open < 0 ? path : path.slice(0, open);
  const tail = open < 0 ? '' : path.slice(path.lastIndexOf(']') + 1);
  const names = head.slice(head.lastIndexOf(':') + 1) + tail;
  const [attribute = '', sub] = names.trim().toLowerCase().split('.');
  if (attributes.has(attribute) || attribute.endsWith('password')) return 'secret';
  const parts = subs.get(attribute);
  return sub !== undefined && parts?.has(sub) ? 'secret' : parts;
}
