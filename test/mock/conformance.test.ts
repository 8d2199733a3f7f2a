import { readFileSync } from 'node:fs';
import { beforeAll, afterAll, describe, expect, test } from 'vitest';
import { loadService } from '../../connectors/targets/services.ts';
import { startMock } from '../../src/mock/index.ts';
import type { Mock } from '../../src/mock/index.ts';
import type { Attribute } from '../../src/mock/schema/types.ts';
import { TOKEN, ask, patchOf, wordOf } from './calling.ts';
import type { Reply } from './calling.ts';
import {
  fillerOf,
  isNeeded,
  isRecord,
  isSecret,
  isWritable,
  lastOf,
  shownValue,
  spotsOf,
  valueAt,
  visible,
  walk,
  withValue,
} from './walking.ts';
import type { Resource, Spot, WalkedType } from './walking.ts';

/*
 * What a stranger's conformance suite does: it knows nothing but what discovery tells, fills every attribute out of its
 * characteristics, and holds the service to each of them.
 */

const devices: unknown = JSON.parse(readFileSync(new URL('devices.json', import.meta.url), 'utf8'));

describe.each([
  ['rfc', undefined, ['User', 'Group']],
  ['cosmo', devices, ['User', 'Group', 'Device']],
] as const)('--as %s, with schemas %#', (name, schemas, names) => {
  let mock: Mock;
  let types: readonly WalkedType[];
  let filler: ReturnType<typeof fillerOf>;
  beforeAll(async () => {
    mock = await startMock({
      service: await loadService(name),
      token: TOKEN,
      ...(schemas !== undefined && { schemas }),
    });
    types = await walk(mock);
    filler = fillerOf(mock, types);
  });
  afterAll(() => mock.close());

  const typeOf = (typeName: string): WalkedType => types.find((one) => one.name === typeName)!;
  const pathOf = (type: WalkedType, { body }: Reply): string => `${type.endpoint}/${wordOf(body['id'])}`;
  const made = async (type: WalkedType, resource: Resource): Promise<Reply> => {
    const reply = await ask(mock, 'POST', type.endpoint, resource);
    expect(reply.status, reply.text).toBe(201);
    return reply;
  };
  const refused = (reply: Reply, status: number, scimType: string, why: string): void => {
    expect([reply.status, reply.body['scimType']], `${why}: ${reply.text}`).toEqual([status, scimType]);
  };
  /** Whether a filter finds the resource with this id. */
  const finds = async (type: WalkedType, id: string, filter: string): Promise<boolean> => {
    const query = encodeURIComponent(`${filter} and id eq "${id}"`);
    const reply = await ask(mock, 'GET', `${type.endpoint}?attributes=id&filter=${query}`);
    expect(reply.status, `${filter}: ${reply.text}`).toBe(200);
    return (reply.body['Resources'] as unknown as { id: string }[]).some((one) => one.id === id);
  };

  test('discovery names every resource type, each with its schemas', () => {
    expect(types.map((type) => type.name)).toEqual(names);
    for (const { schema, extensions } of types)
      for (const one of [schema, ...extensions.map((extension) => extension.schema)])
        expect(one.attributes.length).toBeGreaterThan(0);
  });

  describe.each(names)('%s', (typeName) => {
    test('POST, GET and PUT give back every writable attribute (RFC 7644 §3.3, §3.4.1, §3.5.1)', async () => {
      const type = typeOf(typeName);
      const written = await filler.resource(type, isWritable);
      const post = await made(type, written);
      expect(post.body).toMatchObject(visible(type, written));
      const path = pathOf(type, post);
      expect((await ask(mock, 'GET', path)).body).toEqual(post.body);
      let other = await filler.resource(type, isWritable);
      for (const spot of spotsOf(type))
        if (lastOf(spot).mutability === 'immutable' && !(spot.sub && spot.attribute.multiValued))
          other = withValue(other, spot, valueAt(written, spot));
      const put = await ask(mock, 'PUT', path, other);
      expect([put.status, put.body], put.text).toMatchObject([200, visible(type, other)]);
      expect((await ask(mock, 'GET', path)).body).toEqual(put.body);
      const least = await filler.resource(type, isNeeded);
      const cleared = { ...least, ...onlyImmutable(type, written, least) };
      const reply = await ask(mock, 'PUT', path, cleared);
      expect(reply.status, reply.text).toBe(200);
      for (const spot of spotsOf(type)) {
        const { required, mutability } = lastOf(spot);
        if (spot.sub || required || mutability !== 'readWrite') continue;
        if (isGiven(type, spot) || holdsFixed(spot)) continue;
        expect(valueAt(reply.body, spot), `${spot.path} is cleared`).toBeUndefined();
      }
    });

    test('what is readOnly is passed over in POST and PUT, and refused in PATCH (RFC 7643 §7)', async () => {
      const type = typeOf(typeName);
      const spots = spotsOf(type).filter((spot) => !isWritable(lastOf(spot)));
      let written = await filler.resource(type, isWritable);
      for (const spot of spots)
        if (!spot.sub || isWritable(spot.attribute))
          written = withValue(written, spot, await filler.value(lastOf(spot), () => true));
      const post = await made(type, written);
      const path = pathOf(type, post);
      const put = await ask(mock, 'PUT', path, written);
      expect(put.status, put.text).toBe(200);
      for (const spot of spots) {
        expect(valueAt(post.body, spot), spot.path).not.toEqual(valueAt(written, spot) ?? null);
        expect(valueAt(put.body, spot), spot.path).not.toEqual(valueAt(written, spot) ?? null);
        const value = await filler.value(lastOf(spot), () => true);
        for (const op of ['add', 'replace', 'remove']) {
          const operation = op === 'remove' ? { op, path: spot.path } : { op, path: spot.path, value };
          refused(
            await ask(mock, 'PATCH', path, patchOf(operation)),
            400,
            'mutability',
            `${op} ${spot.path}`,
          );
        }
      }
    });

    test('PATCH adds, replaces and removes each attribute (RFC 7644 §3.5.2)', async () => {
      const type = typeOf(typeName);
      for (const spot of spotsOf(type)) {
        const { attribute, sub } = spot;
        const last = lastOf(spot);
        if (!isWritable(last) || !isWritable(attribute) || isSecret(last) || (sub && attribute.multiValued))
          continue;
        const base = await started(type, spot);
        const path = pathOf(type, await made(type, base));
        const change = async (operation: object): Promise<Reply> =>
          ask(mock, 'PATCH', path, patchOf({ path: spot.path, ...operation }));
        const seen = async (): Promise<unknown> =>
          valueAt((await ask(mock, 'GET', `${path}?attributes=${encodeURIComponent(spot.path)}`)).body, spot);
        const values = [await filler.value(last), await filler.value(last)];
        if (holdsFixed(spot)) values[1] = withFixed(last, values[0] as Resource, values[1] as Resource);
        const isFixed = last.mutability === 'immutable';
        const stays = isFixed || holdsFixed(spot);
        const hadOne = valueAt(base, spot) !== undefined;
        const add = await change({ op: 'add', value: values[0] });
        if (isFixed && hadOne) refused(add, 400, 'mutability', `add ${spot.path}`);
        else {
          expect(add.status, `add ${spot.path}: ${add.text}`).toBe(200);
          expect([await seen()], spot.path).toMatchObject([shownValue(last, values[0])]);
        }
        const before = await seen();
        const replace = await change({ op: 'replace', value: values[1] });
        if (isFixed) refused(replace, 400, 'mutability', `replace ${spot.path}`);
        else expect(replace.status, `replace ${spot.path}: ${replace.text}`).toBe(200);
        const expected = isFixed ? before : shownValue(last, values[1]);
        expect([await seen()], spot.path).toMatchObject([expected]);
        const remove = await change({ op: 'remove' });
        if (stays || last.required) {
          refused(remove, 400, 'mutability', `remove ${spot.path}`);
          expect([await seen()], spot.path).toMatchObject([expected]);
        } else {
          expect(remove.status, `remove ${spot.path}: ${remove.text}`).toBe(200);
          expect(await seen(), `${spot.path} is gone`).toBeUndefined();
        }
      }
    });

    test('what is writeOnly or never returned can be set, and is never told (RFC 7643 §7)', async () => {
      const type = typeOf(typeName);
      const written = await filler.resource(type, isWritable);
      const post = await made(type, written);
      const path = pathOf(type, post);
      for (const spot of spotsOf(type).filter((one) => isSecret(lastOf(one)))) {
        const secrets = [valueAt(written, spot)];
        const replies = [post];
        if (!(spot.sub && spot.attribute.multiValued))
          for (const op of ['add', 'replace']) {
            const value = await filler.value(lastOf(spot));
            secrets.push(value);
            const reply = await ask(mock, 'PATCH', path, patchOf({ op, path: spot.path, value }));
            expect(reply.status, `${op} ${spot.path}: ${reply.text}`).toBe(200);
            replies.push(reply);
          }
        const name = encodeURIComponent(spot.path);
        replies.push(await ask(mock, 'GET', `${path}?attributes=${name}`), await ask(mock, 'GET', path));
        replies.push(await ask(mock, 'GET', `${type.endpoint}?attributes=${name}`));
        replies.push(await ask(mock, 'PUT', path, written));
        for (const { text } of replies)
          for (const secret of secrets) expect(text, spot.path).not.toContain(JSON.stringify(secret));
        const filter = `${spot.path} eq ${JSON.stringify(secrets[0])}`;
        const reply = await ask(mock, 'GET', `${type.endpoint}?filter=${encodeURIComponent(filter)}`);
        refused(reply, 400, 'invalidFilter', filter);
      }
    });

    test('what is required is refused where it is missing (RFC 7643 §7)', async () => {
      const type = typeOf(typeName);
      const written = await filler.resource(type, isWritable);
      for (const spot of spotsOf(type).filter((one) => isNeeded(lastOf(one)) && isWritable(one.attribute))) {
        const lacking = withValue(written, spot, undefined);
        refused(await ask(mock, 'POST', type.endpoint, lacking), 400, 'invalidValue', spot.path);
      }
      for (const { schema } of type.extensions.filter(({ required }) => required)) {
        const { [schema.id]: _, ...lacking } = written;
        refused(await ask(mock, 'POST', type.endpoint, lacking), 400, 'invalidValue', schema.id);
      }
      const path = pathOf(type, await made(type, written));
      for (const { schema, required } of type.extensions) {
        const fixed = schema.attributes.some(({ mutability }) => mutability === 'immutable');
        const reply = await ask(mock, 'PATCH', path, patchOf({ op: 'remove', path: schema.id }));
        expect(reply.status, `${schema.id}: ${reply.text}`).toBe(required || fixed ? 400 : 200);
      }
    });

    test('a unique value is held once, in whatever case unless it is case-exact (RFC 7643 §7)', async () => {
      const type = typeOf(typeName);
      const written = await filler.resource(type, isWritable);
      await made(type, written);
      for (const spot of spotsOf(type).filter((one) => lastOf(one).uniqueness !== 'none')) {
        const whole = { ...spot, sub: undefined };
        const taken = valueAt(written, whole);
        const least = await filler.resource(type, isNeeded);
        const clashing = withValue(least, whole, taken);
        refused(await ask(mock, 'POST', type.endpoint, clashing), 409, 'uniqueness', spot.path);
        const { type: dataType, caseExact, mutability } = lastOf(spot);
        if (dataType === 'string') {
          const swapped = withValue(clashing, spot, swap(valueAt(written, spot) as string));
          const reply = await ask(mock, 'POST', type.endpoint, swapped);
          expect(reply.status, `${spot.path}: ${reply.text}`).toBe(caseExact ? 201 : 409);
        }
        if (mutability === 'immutable') continue;
        const target = await filler.resource(type, isNeeded);
        const path = pathOf(type, await made(type, target));
        const operation = { op: 'replace', path: whole.attribute.name, value: taken };
        const at =
          spot.urn === undefined ? operation : { ...operation, path: `${spot.urn}:${operation.path}` };
        refused(await ask(mock, 'PATCH', path, patchOf(at)), 409, 'uniqueness', `PATCH ${spot.path}`);
        refused(
          await ask(mock, 'PUT', path, withValue(target, whole, taken)),
          409,
          'uniqueness',
          `PUT ${spot.path}`,
        );
      }
    });

    test('what is immutable cannot be changed or taken away by PUT (RFC 7644 §3.5.1)', async () => {
      const type = typeOf(typeName);
      const written = await filler.resource(type, isWritable);
      const path = pathOf(type, await made(type, written));
      for (const spot of spotsOf(type)) {
        const { attribute, sub } = spot;
        if (lastOf(spot).mutability !== 'immutable' || (sub && attribute.multiValued)) continue;
        const other = withValue(written, spot, await filler.value(lastOf(spot)));
        refused(await ask(mock, 'PUT', path, other), 400, 'mutability', spot.path);
        const parent = spot.sub && withValue(written, { ...spot, sub: undefined }, undefined);
        if (parent) refused(await ask(mock, 'PUT', path, parent), 400, 'mutability', `without ${spot.path}`);
      }
      expect((await ask(mock, 'PUT', path, written)).status).toBe(200);
    });

    test('filters find each value, and text in another case unless it is case-exact (RFC 7643 §7)', async () => {
      const type = typeOf(typeName);
      const written = await filler.resource(type, isWritable);
      const { body } = await made(type, written);
      const id = wordOf(body['id']);
      for (const spot of spotsOf(type)) {
        const last = lastOf(spot);
        if (last.type === 'complex' || !isWritable(last) || isSecret(last)) continue;
        const value = valueAt(written, spot);
        const one: unknown = Array.isArray(value) ? value[0] : value;
        const literal = JSON.stringify(one);
        expect(await finds(type, id, `${spot.path} eq ${literal}`), `${spot.path} eq ${literal}`).toBe(true);
        expect(await finds(type, id, `${spot.path.toUpperCase()} PR`), `${spot.path} pr`).toBe(true);
        if (typeof one !== 'string' || last.type === 'dateTime') continue;
        const swapped = await finds(type, id, `${spot.path} eq ${JSON.stringify(swap(one))}`);
        expect(swapped, `${spot.path} in another case`).toBe(!last.caseExact);
      }
    });

    test('always, default and request are what they say (RFC 7643 §7, RFC 7644 §3.9)', async () => {
      const type = typeOf(typeName);
      const written = await filler.resource(type, isWritable);
      const post = await made(type, written);
      const path = pathOf(type, post);
      for (const spot of spotsOf(type)) {
        const { returned } = lastOf(spot);
        if (!isWritable(lastOf(spot)) || isSecret(lastOf(spot))) continue;
        const parent = spot.sub ? spot.attribute.returned : 'default';
        const name = encodeURIComponent(spot.path);
        const [plain, asked, other, without] = await Promise.all(
          ['', `?attributes=${name}`, '?attributes=id', `?excludedAttributes=${name}`].map(
            async (query) => valueAt((await ask(mock, 'GET', path + query)).body, spot) !== undefined,
          ),
        );
        expect({ path: spot.path, plain, asked, other, without }).toEqual({
          path: spot.path,
          plain: returned !== 'request',
          asked: true,
          other: returned === 'always' || (parent === 'always' && returned !== 'request'),
          without: returned === 'always',
        });
      }
    });

    test('DELETE ends it (RFC 7644 §3.6)', async () => {
      const type = typeOf(typeName);
      const path = pathOf(type, await made(type, await filler.resource(type, isWritable)));
      expect((await ask(mock, 'DELETE', path)).status).toBe(204);
      expect((await ask(mock, 'GET', path)).status).toBe(404);
    });
  });

  /** A resource with what it needs, and with what the complex attribute around a sub-attribute needs. */
  async function started(type: WalkedType, spot: Spot): Promise<Resource> {
    const least = await filler.resource(type, isNeeded);
    if (!spot.sub) return least;
    const around = await filler.value(
      { ...spot.attribute },
      (one) => one === spot.attribute || isNeeded(one),
    );
    const isEmpty = isRecord(around) && Object.keys(around).length === 0;
    return isEmpty ? least : withValue(least, { ...spot, sub: undefined }, around);
  }
});

/** RFC 7644 §3.5.1: the service may give a default to what is left out, and gives people that they are active. */
function isGiven({ name }: WalkedType, { urn, attribute }: Spot): boolean {
  return name === 'User' && urn === undefined && attribute.name === 'active';
}

/** The attributes of a resource that hold something immutable, put into the least that there may be. */
function onlyImmutable(type: WalkedType, written: Resource, least: Resource): Resource {
  let result = least;
  for (const spot of spotsOf(type)) {
    if (lastOf(spot).mutability !== 'immutable' || (spot.sub && spot.attribute.multiValued)) continue;
    const whole = { ...spot, sub: undefined };
    result = withValue(result, whole, valueAt(written, whole));
  }
  return result;
}

/** Whether a single complex attribute has a part that cannot be changed. */
function holdsFixed({ attribute, sub }: Spot): boolean {
  return !sub && !attribute.multiValued && (attribute.subAttributes ?? []).some(isFixedPart);
}

const isFixedPart = ({ mutability }: Attribute): boolean => mutability === 'immutable';

/** The second value with what cannot be changed of the first. */
function withFixed({ subAttributes = [] }: Attribute, first: Resource, second: Resource): Resource {
  const fixed = subAttributes.filter(isFixedPart).map(({ name }) => [name, first[name]] as const);
  return { ...second, ...Object.fromEntries(fixed) };
}

/** The same text in another case. */
function swap(text: string): string {
  const upper = text.toUpperCase();
  return upper === text ? text.toLowerCase() : upper;
}
