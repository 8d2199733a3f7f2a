import { describe, expect, test } from 'vitest';
import { TargetError } from '../../src/model/index.ts';
import { cosmoControlplaneProfile } from '../../connectors/targets/cosmo-controlplane/profile.ts';
import { failureOf, html, json, listOf, open, play, scimError } from './server.ts';

describe('one account by its id', () => {
  test('is read as the target returns it, whatever the id holds', async () => {
    const id = 'a b/ü?';
    const resource = {
      id,
      userName: null,
      active: 'True',
      emails: [{ value: 'x@y' }, 'z@y', {}],
      extra: { deep: [1] },
    };
    const server = await play((_, response) => json(response, 200, resource));
    const remote = await open(server.baseUrl).read(id);
    expect(remote).toEqual({ id, active: true, emails: ['x@y', 'z@y'], resource });
    expect(server.requests[0]?.url).toBe('/scim/v2/Users/a%20b%2F%C3%BC%3F');
    expect(server.requests[0]?.headers['content-type']).toBeUndefined();
  });

  test('is not there if the target says so', async () => {
    const server = await play((_, response) => json(response, 404, scimError(404, 'nobody')));
    expect(await open(server.baseUrl).read('1')).toBeUndefined();
  });

  test.each([
    ['a list in the place of a resource', listOf([{ id: '1' }], 1), 'invalid'],
    ['somebody else', { id: '2' }, 'invalid'],
  ])('%s is no answer', async (_, body, verdict) => {
    const server = await play((_request, response) => json(response, 200, body));
    expect(await failureOf(open(server.baseUrl).read('1'))).toMatchObject({
      class: verdict,
      code: 'protocol',
    });
  });

  test('a page of a gateway never means that somebody is gone', async () => {
    const server = await play((_, response) => html(response, 404));
    const failure = await failureOf(open(server.baseUrl).read('1'));
    expect(failure).toMatchObject({ class: 'target', code: 'protocol' });
  });

  test.each([
    ['an HTML page', '<!doctype html><title>Sign in</title>', 'target'],
    ['text', 'maintenance', 'target'],
    ['nothing', '', 'transient'],
    ['cut JSON', '{"id":"1"', 'transient'],
  ])('%s with a good status is a failure of the read', async (_, body, verdict) => {
    const server = await play((_request, response) => response.writeHead(200).end(body));
    const reading = open(server.baseUrl).read('1');
    await expect(reading).rejects.toThrow(TargetError);
    expect(await failureOf(reading)).toMatchObject({ class: verdict, code: 'protocol', status: 200 });
  });

  test('a larger answer than allowed is given up', async () => {
    const server = await play((_, response) => json(response, 200, { id: '1', x: 'x'.repeat(5000) }));
    const failure = await failureOf(open(server.baseUrl, { limits: { answer: 1000 } }).read('1'));
    expect(failure).toMatchObject({
      class: 'transient',
      message: expect.stringContaining('larger than allowed') as string,
    });
  });

  test('is read again, once, where a kept connection was closed under it', async () => {
    const server = await play((_, response, number) =>
      number === 2 ? response.socket?.destroy() : json(response, 200, { id: '1' }),
    );
    const target = open(server.baseUrl);
    await target.read('1');
    expect(await target.read('1')).toMatchObject({ id: '1' });
    expect(target.exchanges.map(({ attempt, status }) => [attempt, status])).toEqual([
      [1, 200],
      [1, undefined],
      [2, 200],
    ]);
  });

  test('no answer to a read is no doubt: it can be asked again', async () => {
    const server = await play((_, response) => void response.socket?.destroy());
    expect(await failureOf(open(server.baseUrl).read('1'))).toMatchObject({
      class: 'transient',
      code: 'unreachable',
    });
  });
});

describe('redirections', () => {
  test('of a read are followed at the same place, without end never', async () => {
    const server = await play((request, response) =>
      request.url.endsWith('/Users/1')
        ? response.writeHead(302, { location: '../People/1' }).end()
        : json(response, 200, { id: '1' }),
    );
    expect(await open(server.baseUrl).read('1')).toMatchObject({ id: '1' });
    const circle = await play((_, response) =>
      response.writeHead(302, { location: '/scim/v2/Users/1' }).end(),
    );
    expect(await failureOf(open(circle.baseUrl).read('1'))).toMatchObject({ class: 'target', status: 302 });
    expect(circle.requests).toHaveLength(4);
  });

  test('to another host or port are not followed, so that the credential stays here', async () => {
    const elsewhere = await play((_, response) => json(response, 200, { id: '1' }));
    const server = await play((_, response) =>
      response.writeHead(302, { location: `${elsewhere.baseUrl}/Users/1` }).end(),
    );
    expect(await failureOf(open(server.baseUrl).read('1'))).toMatchObject({
      class: 'target',
      message: `app redirects GET /Users/1 to ${elsewhere.baseUrl}/Users/1, which is not followed; is baseUrl right?`,
    });
    expect(elsewhere.requests).toEqual([]);
  });
});

describe('looking somebody up', () => {
  test('asks with a quoted, encoded filter, and compares what comes back', async () => {
    const people = [
      { id: '1', userName: 'ADA"@example.com' },
      { id: '2', userName: 'ada"@example.com.evil' },
      { id: '3' },
    ];
    const server = await play((_, response) => json(response, 200, listOf(people, 3)));
    const target = open(server.baseUrl);
    expect((await target.find('userName', 'ada"@example.com')).map(({ id }) => id)).toEqual(['1']);
    const { searchParams } = new URL(server.requests[0]!.url, server.baseUrl);
    expect(searchParams.get('filter')).toBe('userName eq "ada\\"@example.com"');
    expect([...searchParams.keys()]).toEqual(['filter']);
    expect(target.exchanges[0]?.path).toBe('/Users');
  });

  test('externalId compares exactly, an e-mail address without regard to case', async () => {
    const people = [
      { id: '1', externalId: 'e-1', emails: [{ value: 'other@x' }, { value: 'ADA@x' }] },
      { id: '2', externalId: 'E-1' },
    ];
    const server = await play((_, response) => json(response, 200, listOf(people, 2)));
    const target = open(server.baseUrl);
    expect((await target.find('externalId', 'E-1')).map(({ id }) => id)).toEqual(['2']);
    expect((await target.find('emails.value', 'ada@X')).map(({ id }) => id)).toEqual(['1']);
  });

  test.each([
    ['an empty list', 200, listOf([], 0)],
    ['a list without Resources', 200, { totalResults: 0 }],
    ['a list without a total', 200, { Resources: [] }],
  ])('%s means nobody', async (_, status, body) => {
    const server = await play((_request, response) => json(response, status, body));
    expect(await open(server.baseUrl).find('userName', 'ada')).toEqual([]);
    expect(server.requests).toHaveLength(1);
  });

  test('a SCIM 404 means nobody, of a service that answers for all of them', async () => {
    const server = await play(({ url }, response) =>
      url.includes('filter')
        ? json(response, 404, scimError(404, 'nobody'))
        : json(response, 200, listOf([], 0)),
    );
    const target = open(server.baseUrl);
    expect(await target.find('userName', 'ada')).toEqual([]);
    expect(await target.find('userName', 'bob')).toEqual([]);
    expect(server.requests.map(({ url }) => url.includes('filter'))).toEqual([true, false, true]);
  });

  test('a SCIM 404 to whatever is asked says nothing of anybody: GitHub answers so to a wrong scope', async () => {
    const server = await play((_, response) => json(response, 404, scimError(404, 'Not Found')));
    await expect(open(server.baseUrl).find('userName', 'ada')).rejects.toMatchObject({
      failure: { class: 'target', code: 'address' },
    });
  });

  test.each([
    ['a 404 of something else', 404, { error: 'Not Found', message: 'Route not found' }],
    ['an empty object', 200, {}],
    ['a bare list', 200, []],
    ['a list of what cannot be read', 200, { totalResults: 1, Resources: 'x' }],
    ['a total without anybody', 200, { totalResults: 3 }],
    ['an error with a good status', 200, scimError(500, 'x')],
  ])('%s does not mean nobody', async (_, status, body) => {
    const server = await play((_request, response) => json(response, status, body));
    await expect(open(server.baseUrl).find('userName', 'ada')).rejects.toThrow(TargetError);
  });

  test('a server that ignores the filter is read on, and somebody on its second page is found', async () => {
    const server = await play((request, response) =>
      json(
        response,
        200,
        listOf([{ id: request.url.includes('startIndex=2') ? 'b' : 'a', userName: 'x' }], 2),
      ),
    );
    expect((await open(server.baseUrl).find('userName', 'x')).map(({ id }) => id)).toEqual(['a', 'b']);
  });

  test('the control plane is asked without pages', async () => {
    const server = await play((_, response) =>
      json(response, 200, listOf([{ id: 'a', emails: [{ value: 'a@x' }] }], 1)),
    );
    const target = open(server.baseUrl, { profile: cosmoControlplaneProfile });
    expect(await target.find('emails.value', 'a@x')).toHaveLength(1);
    expect(server.requests[0]?.url).toBe('/scim/v2/Users?filter=emails.value%20eq%20%22a%40x%22');
  });
});
