import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { profiles } from '../../connectors/targets/profiles.ts';
import { readBaseUrl } from '../../src/configuration/base-url.ts';
import { isObject } from '../../src/model/index.ts';
import { openTarget } from '../../src/scim/client.ts';
import { userAttribute } from '../../src/scim/schema.ts';
import { selfSigned } from '../support/certificate.ts';
import { patient } from '../support/folder.ts';
import { playDescribed } from './service.ts';
import type { Service } from './service.ts';
import { meet, suite } from './suite.ts';
import type { Requirement } from './suite.ts';
import { operationsOf, overheard, valuesOf } from './wire.ts';
import type { Sent } from './wire.ts';

const generic = profiles().get('generic')!;
const sent: Sent[] = [];
const met = new Map<Requirement, Promise<void>>();

/** Each once, whichever test asks first, and one after the other. */
function meetOnce(requirement: Requirement): Promise<void> {
  const before = [...met.values()].at(-1)?.catch(() => undefined);
  const meeting =
    met.get(requirement) ??
    Promise.resolve(before).then(async () =>
      meet(requirement, generic, overheard(await playDescribed('interop'), sent)),
    );
  met.set(requirement, meeting);
  return meeting;
}

/** Everything that was sent while the suite was met. */
async function everything(): Promise<readonly Sent[]> {
  await Promise.all(suite.map(meetOnce));
  return sent;
}

describe('generic at interop', patient, () => {
  test.each(suite)('$name', meetOnce);
});

/** What a client has to keep to: whom it is about, who breaks it, and one request that would. */
interface Row {
  readonly name: string;
  readonly isAbout: (one: Sent) => boolean;
  readonly isBroken: (one: Sent) => boolean;
  readonly wrong: Partial<Sent>;
}

const conditional = ['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since'];
const ADDRESS =
  /^\/scim\/v2\/((Users|Groups)(\/[0-9a-f-]{36})?|ServiceProviderConfig|ResourceTypes|Schemas)?$/;
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

const hasBody = ({ body }: Sent): boolean => body !== undefined;
const isPatch = ({ method }: Sent): boolean => method === 'PATCH';
const patches = (...operations: readonly object[]): Partial<Sent> => ({
  method: 'PATCH',
  body: { Operations: operations },
});
const isWhole = (path = ''): boolean =>
  path === 'name' || path === enterprise || path === `${enterprise}:manager`;

/** Words of a filter outside of its values that are no attribute. */
const operatorsOf = ({ query }: Sent): readonly string[] =>
  String(query['filter'] ?? '')
    .replaceAll(/"(\\.|[^"\\])*"/g, '')
    .split(/[\s()[\]]+/)
    .filter((word) => /^(eq|ne|co|sw|ew|pr|gt|ge|lt|le|and|or|not)$/i.test(word));

/** draft-zollner-scim-interop-profile-01, what is binding on the client. */
const rows: readonly Row[] = [
  {
    // What is refused is what the suite wants refused: a credential that will not do, a name that is taken, and a member to
    // be removed whom somebody else has removed (RFC 7644 §3.12, table 9: noTarget).
    name: 'C1 §4: a service that keeps to the profile strictly takes every request',
    isAbout: hasBody,
    isBroken: (one) =>
      one.status !== null &&
      one.status >= 400 &&
      ![401, 403, 409].includes(one.status) &&
      !removesMembers(one),
    wrong: { status: 400 },
  },
  {
    name: 'C3 §6.1: what is known is addressed by its id, and found by anything else through a filter',
    isAbout: ({ path }) => /\/Users\/./.test(path),
    isBroken: ({ path, query }) =>
      !ADDRESS.test(path) ||
      Object.keys(query).some(
        (name) => !['filter', 'startIndex', 'count', 'cursor', 'excludedAttributes'].includes(name),
      ),
    wrong: { path: '/scim/v2/Users/ada@example.com' },
  },
  {
    name: 'C4 §6.2: whatever carries SCIM data is application/scim+json',
    isAbout: hasBody,
    isBroken: (one) => hasBody(one) && one.headers['content-type'] !== 'application/scim+json',
    wrong: { body: {}, headers: { 'content-type': 'application/json' } },
  },
  {
    name: 'C5 §6.2: every request has a User-Agent',
    isAbout: () => true,
    isBroken: ({ headers }) => !headers['user-agent'],
    wrong: { headers: {} },
  },
  {
    name: 'C6 §6.3: no filter has another operator than eq and and',
    isAbout: ({ query }) => query['filter'] !== undefined,
    isBroken: (one) => operatorsOf(one).some((word) => !/^(eq|and)$/.test(word)),
    wrong: { query: { filter: 'userName sw "a eq"' } },
  },
  {
    name: 'C7 §6.3: no filter in the URI of anything but a GET',
    isAbout: ({ method }) => method !== 'GET',
    isBroken: ({ method, query }) => method !== 'GET' && query['filter'] !== undefined,
    wrong: { method: 'POST', query: { filter: 'userName eq "a"' } },
  },
  {
    name: 'C8 §6.5: a change is a PATCH, and never a PUT',
    isAbout: isPatch,
    isBroken: ({ method }) => method === 'PUT',
    wrong: { method: 'PUT' },
  },
  {
    name: 'C9 §6.5.1.1: every operation has a path',
    isAbout: isPatch,
    isBroken: (one) => operationsOf(one).some(({ path }) => !path),
    wrong: patches({ op: 'replace', value: { active: false } }),
  },
  {
    name: 'C10 §6.5.1.2: several attributes are an operation each, in one request',
    isAbout: (one) => operationsOf(one).length > 1,
    isBroken: (one) => {
      const paths = operationsOf(one).map(({ path }) => path);
      return new Set(paths).size < paths.length;
    },
    wrong: patches({ op: 'add', path: 'title', value: 'a' }, { op: 'replace', path: 'title', value: 'b' }),
  },
  {
    name: 'C11 §6.5.2.1: one part of a complex attribute is named with a dot',
    isAbout: (one) => operationsOf(one).some(({ path }) => path?.startsWith('name.')),
    isBroken: (one) => operationsOf(one).some(({ path }) => path === 'name' || path === enterprise),
    wrong: patches({ op: 'replace', path: 'name', value: { givenName: 'Ada' } }),
  },
  {
    name: 'C12 §6.5.2.1: what is put in the place of a whole complex attribute is an object',
    isAbout: (one) => operationsOf(one).some(({ op, path }) => op !== 'remove' && isWhole(path)),
    isBroken: (one) =>
      operationsOf(one).some(({ op, path, value }) => op !== 'remove' && isWhole(path) && !isObject(value)),
    wrong: patches({ op: 'replace', path: `${enterprise}:manager`, value: 'an-id' }),
  },
  {
    name: 'C13 §6.5.2.2: what is put to an attribute with several values is an array',
    isAbout: (one) => operationsOf(one).some(({ op, path }) => op !== 'remove' && isSeveral(path)),
    isBroken: (one) =>
      operationsOf(one).some(
        ({ op, path, value }) => op !== 'remove' && isSeveral(path) && !Array.isArray(value),
      ),
    wrong: patches({ op: 'add', path: 'emails', value: { value: 'a@example.com' } }),
  },
  {
    // One member can be removed in no other way (OpenID IPSIE AL SCIM 2.0 Profile §6.2.6), and a member has no part.
    name: 'C14 §6.5.2.2: a path with a filter ends in a part of the value; but for a member who is removed',
    isAbout: (one) => operationsOf(one).some(({ path }) => path?.includes('[')),
    isBroken: (one) =>
      operationsOf(one).some(
        ({ op, path = '' }) => path.endsWith(']') && !(op === 'remove' && path.startsWith('members[')),
      ),
    wrong: patches({ op: 'replace', path: 'emails[type eq "work"]', value: {} }),
  },
  {
    name: 'C15 §6.7: no request is conditional',
    isAbout: () => true,
    isBroken: ({ headers }) => conditional.some((name) => headers[name] !== undefined),
    wrong: { headers: { 'if-match': '"1"' } },
  },
  {
    name: 'C17 §7.2: nobody authenticates with HTTP Basic who was not told to',
    isAbout: ({ headers }) => headers.authorization !== undefined,
    isBroken: ({ headers }) => !headers.authorization?.startsWith('Bearer '),
    wrong: { headers: { authorization: 'Basic YTpi' } },
  },
  {
    name: 'C18 §6.8: Bulk, which need not be there, is not asked for',
    isAbout: ({ method }) => method === 'POST',
    isBroken: ({ path }) => path.endsWith('/Bulk'),
    wrong: { method: 'POST', path: '/scim/v2/Bulk' },
  },
];

function removesMembers(one: Sent): boolean {
  const operations = operationsOf(one);
  return (
    operations.length > 0 &&
    operations.every(({ op, path }) => op === 'remove' && path?.startsWith('members['))
  );
}

function isSeveral(path = ''): boolean {
  return path === 'members' || userAttribute(path)?.multiValued === true;
}

const right: Sent = {
  number: 1,
  at: '',
  method: 'GET',
  path: '/scim/v2/Users',
  query: {},
  status: 200,
  headers: { authorization: 'Bearer a', 'user-agent': 'rollcall' },
};

describe('the client rows of the SCIM 2.0 Interoperability Profile, on the wire', patient, () => {
  test.each(rows)('$name', async ({ isAbout, isBroken, wrong }) => {
    expect(isBroken({ ...right, ...wrong }), 'it can be broken').toBe(true);
    const all = await everything();
    expect(all.some(isAbout), 'there is something that it is about').toBe(true);
    expect(all.filter(isBroken).slice(0, 3)).toEqual([]);
  });

  test('C2 §5.4: a value carries no other type than those that the server lists', async () => {
    const service = await (await playDescribed('interop'))();
    const types = await typesOf(service).finally(() => service.close());
    const said = (await everything()).flatMap(valuesOf).filter(({ value }) => value['type'] !== undefined);
    const isListed = ({ name, value }: (typeof said)[number]): boolean =>
      types.get(name)?.some((type) => type === value['type']) === true;
    expect([...new Set(said.map(({ name }) => name))]).toContain('emails');
    expect(said.filter((one) => !isListed(one)).slice(0, 3)).toEqual([]);
    expect(isListed({ name: 'emails', value: { type: 'castle' } }), 'it can be broken').toBe(false);
  });

  const folder = mkdtempSync(join(tmpdir(), 'rollcall-interop-'));
  const own = selfSigned(folder, '127.0.0.1');
  rmSync(folder, { recursive: true });

  test.skipIf(!own)('C16 §7.1: all traffic goes by TLS, 1.3 among it', async ({ onTestFinished }) => {
    const protocols: (string | null)[] = [];
    const server = createServer({ ...own, minVersion: 'TLSv1.3' }, ({ socket }, response) => {
      protocols.push((socket as TLSSocket).getProtocol());
      response.setHeader('content-type', 'application/scim+json').end('{"id":"1"}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const target = openTarget({
      name: 'app',
      baseUrl: `https://127.0.0.1:${(server.address() as AddressInfo).port}/scim/v2`,
      profile: generic,
      authorisation: {
        issue: async () => ({ candidates: [{ headers: { authorization: 'Bearer a' }, name: 'a token' }] }),
        close: () => undefined,
      },
      timeoutSeconds: 20,
      userAgent: 'rollcall/conformance',
      way: async () => ({ ca: own!.cert }),
    });
    onTestFinished(async () => {
      target.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    expect(await target.read('1')).toMatchObject({ id: '1' });
    expect(protocols).toEqual(['TLSv1.3']);
    // Without TLS there is this machine alone.
    expect(readBaseUrl('http://scim.example.com/scim/v2')).toHaveProperty('message');
  });
});

/** By attribute, the types that its values may carry by the schemas that a server publishes. */
async function typesOf({ url, token }: Service): Promise<ReadonlyMap<string, readonly string[]>> {
  interface Attribute {
    readonly name: string;
    readonly subAttributes?: readonly Attribute[];
    readonly canonicalValues?: readonly string[];
  }
  const answer = await fetch(`${url}/Schemas`, { headers: { authorization: `Bearer ${token}` } });
  const { Resources } = (await answer.json()) as {
    readonly Resources: readonly { readonly attributes: readonly Attribute[] }[];
  };
  return new Map(
    Resources.flatMap(({ attributes }) => attributes).flatMap(({ name, subAttributes = [] }) => {
      const type = subAttributes.find((one) => one.name === 'type');
      return type === undefined ? [] : [[name, type.canonicalValues ?? []] as const];
    }),
  );
}
