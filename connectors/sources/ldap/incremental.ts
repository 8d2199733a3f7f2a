import { createHash } from 'node:crypto';
import type { LdapOptions, Receipt, Source, SourceRecord } from '../../../src/model/index.ts';
import type { SourceEnvironment } from '../environment.ts';
import { close, connect } from './connection.ts';
import { pagesOf } from './search.ts';
import type { Found } from './search.ts';

type Incremental = NonNullable<LdapOptions['incremental']>;

/** Where a read of a directory ended, and the next one may go on. */
interface Mark {
  /** Of what was asked for: of anything else, nothing is known yet. */
  readonly asked: string;
  /** When everybody was read last, in milliseconds since 1970. */
  readonly fullAt: number;
  /** The greatest `modifyTimestamp` or `uSNChanged` that was there. */
  readonly value: string;
  /** Whose `uSNChanged` it is: each server counts its own (MS-ADTS §3.1.1.1.9). */
  readonly server?: string | undefined;
}

/** The attribute that tells when an entry was changed, and what of it is the greatest. */
export const CHANGED = {
  // RFC 4512 §3.4.2; a generalized time in one form per server, so that its texts sort as the times do.
  modifyTimestamp: (value: string, before: string) => (value > before ? value : before),
  // Microsoft, “Polling for Changes Using USNChanged”.
  uSNChanged: (value: string, before: string) =>
    before === '' || BigInt(value) > BigInt(before) ? value : before,
} as const;

/**
 * A directory of which only what changed is read, and everybody from time to time: only that can tell who is gone.
 * `changesSince` opens what changed since a value, that value included: within one second more may come.
 */
export function incrementalSource(
  full: Source,
  changesSince: (value: string) => Source,
  options: LdapOptions & { readonly incremental: Incremental },
  environment: SourceEnvironment,
): Source {
  return { ...full, read: (...names) => read(full, changesSince, options, environment, names) };
}

async function* read(
  full: Source,
  changesSince: (value: string) => Source,
  options: LdapOptions & { readonly incremental: Incremental },
  environment: SourceEnvironment,
  [columns, asked = new Set()]: Parameters<Source['read']>,
): AsyncGenerator<readonly SourceRecord[], Receipt> {
  const { incremental } = options;
  const now = environment.clock();
  const names = [...new Set([...columns.keys(), ...asked])].sort();
  const what = createHash('sha256')
    .update(JSON.stringify([options.url, options.searches, incremental.by, names]))
    .digest('hex');
  const server = incremental.by === 'uSNChanged' ? await serverOf(options, environment) : undefined;
  const mark = markOf(environment.mark);
  const isFresh =
    mark !== undefined &&
    mark.asked === what &&
    mark.server === server &&
    mark.fullAt <= now &&
    now - mark.fullAt < incremental.fullSeconds * 1000;
  const receipt = yield* (isFresh ? changesSince(mark.value) : full).read(columns, asked);
  const value = receipt.mark ?? (isFresh ? mark.value : undefined);
  if (value === undefined) return receipt;
  const next: Mark = { asked: what, fullAt: isFresh ? mark.fullAt : now, value, server };
  return { ...receipt, mark: JSON.stringify(next) };
}

function markOf(text: string | undefined): Mark | undefined {
  return text === undefined ? undefined : (JSON.parse(text) as Mark);
}

/** Which server it is that counts; a domain has several behind one name. */
async function serverOf(options: LdapOptions, environment: SourceEnvironment): Promise<string | undefined> {
  const client = await connect(options, environment.secretOf!);
  try {
    const root = { base: '', scope: 'base', filter: '(objectClass=*)' } as const;
    const asking = { client, url: options.url, attributes: ['dsServiceName'], pageSize: 0 };
    for await (const { entries } of pagesOf(asking, root))
      for (const entry of entries) return valuesOf(entry, 'dsServiceName')[0];
    return undefined;
  } finally {
    await close(client);
  }
}

/** The filter for entries of a search that were changed at some value or after it (RFC 4515). */
export function sinceFilter(filter: string, { by }: Incremental, since: string): string {
  return `(&${filter}(${by}>=${since}))`;
}

/** The greatest value of a change that was met. */
export class Greatest {
  readonly #by: Incremental['by'];
  #value = '';

  constructor({ by }: Incremental) {
    this.#by = by;
  }

  meet(entry: Found): void {
    for (const value of valuesOf(entry, this.#by))
      if (/^\d+/.test(value)) this.#value = CHANGED[this.#by](value, this.#value);
  }

  get value(): string | undefined {
    return this.#value === '' ? undefined : this.#value;
  }
}

function valuesOf({ attributes }: Found, name: string): readonly string[] {
  const folded = name.toLowerCase();
  return attributes
    .filter((one) => one.name.toLowerCase() === folded)
    .flatMap(({ values }) => values.map((value) => value.toString('utf8')));
}
