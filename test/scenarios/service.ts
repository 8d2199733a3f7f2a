import { loadService } from '../../connectors/targets/services.ts';
import { ENTERPRISE } from '../../src/model/index.ts';
import { startMock } from '../../src/mock/index.ts';
import type { Mock, Recorded, ShownUser } from '../../src/mock/index.ts';
import type { Account, Attributes, TargetSettings } from './words.ts';

export async function playTarget(
  connector: TargetSettings['connector'],
  token: string,
  people: readonly object[],
): Promise<Mock> {
  const service = await loadService(connector === 'generic' ? 'rfc' : connector);
  return startMock({ service, token, people });
}

/** The accounts of a service by their ids, as their attributes read. */
export function accountsOf(mock: Mock): ReadonlyMap<string, Account> {
  return new Map(mock.users().map((user) => [user.id, accountOf(user)]));
}

function accountOf(user: ShownUser): Account {
  const enterprise = (user[ENTERPRISE] ?? {}) as { department?: string; manager?: { value?: string } };
  const name = (user['name'] ?? {}) as { givenName?: string; familyName?: string };
  const attributes: { readonly [name in keyof Attributes]: string | undefined } = {
    externalId: user['externalId'] as string | undefined,
    userName: user['userName'] as string | undefined,
    givenName: name.givenName,
    familyName: name.familyName,
    displayName: user['displayName'] as string | undefined,
    title: user['title'] as string | undefined,
    email: only(user['emails']),
    phone: only(user['phoneNumbers']),
    department: enterprise.department,
    manager: enterprise.manager?.value,
  };
  const said = Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
  return { id: user.id, active: user['active'] === true, attributes: said };
}

/** The one value of a list; several would be told apart by their being several. */
function only(values: unknown): string | undefined {
  const list = (values ?? []) as readonly { value?: string }[];
  return list.length === 0 ? undefined : list.map(({ value }) => value).join(' and ');
}

export interface Writes {
  /** Answered and done, by the id of the account. */
  readonly byId: ReadonlyMap<string, number>;
  readonly posts: number;
  /** Refused with a client error. */
  readonly refused: readonly Recorded[];
  readonly all: readonly Recorded[];
}

/** What was asked of a service that writes, after a number of its journal. */
export function writesSince(mock: Mock, since: number): Writes {
  const all = mock.journal(since).filter(({ method }) => method !== 'GET');
  const byId = new Map<string, number>();
  const done = all.filter(({ status }) => status !== null && status < 400);
  for (const { method, path } of done)
    if (method !== 'POST') {
      const id = path.slice(path.lastIndexOf('/') + 1);
      byId.set(id, (byId.get(id) ?? 0) + 1);
    }
  return {
    byId,
    posts: done.filter(({ method }) => method === 'POST').length,
    refused: all.filter(({ status }) => status !== null && status >= 400),
    all,
  };
}

export function journalled(mock: Mock): number {
  return mock.journal().at(-1)?.number ?? 0;
}
