import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import SCIMMY from 'scimmy';
import SCIMMYRouters from 'scimmy-routers';
import type { JsonObject } from '../../../src/model/index.ts';
import type { Recorded } from '../../../src/mock/index.ts';
import type { HeldGroup, Play } from '../service.ts';

/** What one server holds, by id: SCIM resources as the library hands them over. */
interface Store {
  readonly users: Map<string, JsonObject>;
  readonly groups: Map<string, JsonObject>;
}

type Asked = { readonly id?: string; readonly filter?: { match(list: readonly object[]): object[] } };
type Shelf = (store: Store) => Map<string, JsonObject>;

/**
 * The resource types are declared once, since the library has them once; each server brings its own store along as the
 * context. Whatever the protocol asks for is the library's doing. What it leaves to whoever uses it is to keep what it is
 * given, to give it back, and to refuse a name that is taken (RFC 7643 §4.1.1 and RFC 7644 §3.3).
 */
function handlers(of: Shelf, unique: string) {
  return {
    ingress: ({ id }: Asked, instance: object, store: Store): object => {
      const shelf = of(store);
      if (id !== undefined && !shelf.has(id)) throw new SCIMMY.Types.Error(404, null!, `There is no ${id}`);
      const { schemas: _, meta: __, ...given } = JSON.parse(JSON.stringify(instance)) as JsonObject;
      const name = (given[unique] as string).toLowerCase();
      for (const [other, held] of shelf)
        if (other !== id && (held[unique] as string).toLowerCase() === name)
          throw new SCIMMY.Types.Error(409, 'uniqueness', `${unique} is taken`);
      const now = new Date().toISOString();
      const known = id === undefined ? undefined : shelf.get(id);
      const kept = {
        ...given,
        id: id ?? randomUUID(),
        meta: { created: (known?.['meta'] as JsonObject | undefined)?.['created'] ?? now, lastModified: now },
      };
      shelf.set(kept.id, kept);
      return kept;
    },
    egress: ({ id, filter }: Asked, store: Store): object => {
      const shelf = of(store);
      if (id === undefined)
        return filter === undefined ? [...shelf.values()] : filter.match([...shelf.values()]);
      const found = shelf.get(id);
      if (found === undefined) throw new SCIMMY.Types.Error(404, null!, `There is no ${id}`);
      return found;
    },
    degress: ({ id }: Asked, store: Store): void => {
      if (!of(store).delete(id!)) throw new SCIMMY.Types.Error(404, null!, `There is no ${id}`);
    },
  };
}

SCIMMY.Resources.declare(SCIMMY.Resources.User, {
  extensions: [{ schema: SCIMMY.Schemas.EnterpriseUser, required: false }],
  ...handlers(({ users }) => users, 'userName'),
} as never);
SCIMMY.Resources.declare(SCIMMY.Resources.Group, handlers(({ groups }) => groups, 'displayName') as never);

const TOKEN = 'the-token-of-the-suite';

/** SCIMMY with SCIMMY Routers, started anew: a SCIM service that nobody here wrote. */
export const playScimmy: Play = async ({ people = [] } = {}) => {
  const store: Store = { users: new Map(), groups: new Map() };
  for (const user of people) {
    const id = randomUUID();
    store.users.set(id, { ...user, id, meta: {} });
  }
  const journal: Recorded[] = [];
  const app = express();
  app.use((request, response, next) => {
    const { pathname, searchParams } = new URL(request.originalUrl, 'http://localhost');
    const index = journal.length;
    const entry = {
      number: index + 1,
      at: new Date().toISOString(),
      method: request.method!,
      path: pathname,
      query: Object.fromEntries(searchParams),
      status: null,
    };
    journal.push(entry);
    response.on('finish', () => {
      journal[index] = { ...entry, body: request.body, status: response.statusCode };
    });
    next();
  });
  app.use(
    '/scim/v2',
    new SCIMMYRouters({
      type: 'bearer',
      handler: (request: { header(name: string): string | undefined }) => {
        if (request.header('authorization') !== `Bearer ${TOKEN}`) throw new Error('This token is not known');
        return 'rollcall';
      },
      context: () => store,
    }),
  );
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/scim/v2`,
    token: TOKEN,
    strangers: ['a-token-that-nobody-knows'],
    journal: (since = 0) => journal.slice(since),
    people: () =>
      [...store.users].map(([id, { id: _, meta: __, ...attributes }]) => ({
        id,
        attributes,
        isInvited: false,
        isMember: true,
      })),
    groups: () =>
      [...store.groups].map(([id, group]) => ({
        ...(group as unknown as HeldGroup),
        id,
        members: ((group['members'] ?? []) as readonly { value: string }[]).map(({ value }) => value),
      })),
    accept: () => undefined,
    signIn: () => undefined,
    habits: { signsInByPassword: false, keepsSome: false, mayLie: false, nestsGroups: false },
    undocumented: () => undefined,
    lie: () => undefined,
    loseAnswer: () => false,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
