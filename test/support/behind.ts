import { TOKEN } from './service.ts';
import type { Mock } from '../../src/mock/index.ts';

/** Changes at a service behind Rollcall's back, through SCIM requests of the test's own. */
export interface Behind {
  idOf(userName: string): string;
  patch(userName: string, changes: Readonly<Record<string, unknown>>): Promise<void>;
  /** Takes attributes away. */
  clear(userName: string, ...paths: readonly string[]): Promise<void>;
  remove(userName: string): Promise<void>;
  create(user: object): Promise<string>;
}

export function behind(mock: Mock): Behind {
  const ask = async (method: string, path: string, body?: object): Promise<{ readonly id: string }> => {
    const answer = await fetch(mock.url + path, {
      method,
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/scim+json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (answer.status === 204 ? {} : await answer.json()) as { id: string };
  };
  const idOf = (userName: string): string => {
    const found = mock.users().find((user) => (user.userName as unknown as string) === userName);
    if (found === undefined) throw new Error(`nobody is called ${userName}`);
    return found['id'];
  };
  const send = async (userName: string, operations: readonly object[]): Promise<void> => {
    const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp'];
    await ask('PATCH', `/Users/${idOf(userName)}`, { schemas, Operations: operations });
  };
  return {
    idOf,
    patch: (userName, changes) =>
      send(
        userName,
        Object.entries(changes).map(([path, value]) => ({ op: 'replace', path, value })),
      ),
    clear: (userName, ...paths) =>
      send(
        userName,
        paths.map((path) => ({ op: 'remove', path })),
      ),
    remove: async (userName) => void (await ask('DELETE', `/Users/${idOf(userName)}`)),
    create: async (user) => {
      const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User'];
      return (await ask('POST', '/Users', { schemas, ...user })).id;
    },
  };
}
