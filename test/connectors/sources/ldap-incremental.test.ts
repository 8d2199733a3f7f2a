import { describe, expect, test } from 'vitest';
import { CHANGED, incrementalSource, sinceFilter } from '../../../connectors/sources/ldap/incremental.ts';
import type { LdapOptions, Receipt, Source } from '../../../src/model/index.ts';
import { columns } from './ldif-reading.ts';
import { readAll } from './reading.ts';

const incremental = { by: 'modifyTimestamp', fullSeconds: 3600 } as const;
const options: LdapOptions & { readonly incremental: typeof incremental } = {
  url: 'ldap://127.0.0.1:1',
  startTls: false,
  searches: [{ base: 'dc=x', scope: 'sub', filter: '(a=b)' }],
  pageSize: 0,
  timeoutSeconds: 1,
  expect: {},
  incremental,
};

/** A source that says how it was read, and that it saw these changes. */
function told(how: string, mark: string | undefined): Source {
  return {
    name: how,
    file: '',
    read: async function* (): AsyncGenerator<never, Receipt> {
      const receipt = { source: how, file: '', count: 0, sha256: '', complete: true, reasons: [] };
      return await Promise.resolve({ ...receipt, ...(mark !== undefined && { mark }) });
    },
  };
}

async function readAt(
  now: number,
  mark: string | undefined,
  { more = {}, names = ['uid'], saw = '20260101000000Z' }: Partial<Trial> = {},
): Promise<Receipt> {
  const source = incrementalSource(
    told('full', saw ?? undefined),
    (since) => told(`since ${since}`, undefined),
    { ...options, ...more },
    { clock: () => now, mark },
  );
  return (await readAll(source, columns(...names), new Set())).receipt;
}

interface Trial {
  readonly more: Partial<LdapOptions>;
  readonly names: readonly string[];
  readonly saw: string | null;
}

describe('a directory of which only what changed is read', () => {
  test('is read from where the last read ended, again and again, until everybody is to be read', async () => {
    const first = await readAt(1000, undefined);
    expect(first.source).toBe('full');
    const second = await readAt(2000, first.mark);
    expect(second.source).toBe('since 20260101000000Z');
    expect((await readAt(3000, second.mark)).source).toBe('since 20260101000000Z');
    expect((await readAt(1000 + 3600_000, second.mark)).source).toBe('full');
  });

  test.each<[string, Partial<Trial>]>([
    ['another search', { more: { searches: [] } }],
    ['another server', { more: { url: 'ldap://127.0.0.1:2' } }],
    ['attributes that nobody asked for', { names: ['uid', 'mail'] }],
  ])('is read whole for %s', async (_, trial) => {
    const { mark } = await readAt(1000, undefined);
    expect((await readAt(2000, mark, trial)).source).toBe('full');
  });

  test('is read whole where the clock was turned back, and where nothing tells a change', async () => {
    const { mark } = await readAt(5000, undefined);
    expect((await readAt(1000, mark)).source).toBe('full');
    expect((await readAt(1000, undefined, { saw: null })).mark).toBeUndefined();
  });

  test('numbers are compared as numbers, times as they are written', () => {
    expect(CHANGED.uSNChanged('10', '9')).toBe('10');
    expect(CHANGED.uSNChanged('9', '10')).toBe('10');
    expect(CHANGED.modifyTimestamp('20260102000000Z', '20260101235959Z')).toBe('20260102000000Z');
    expect(sinceFilter('(a=b)', incremental, '7')).toBe('(&(a=b)(modifyTimestamp>=7))');
  });
});
