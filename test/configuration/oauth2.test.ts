import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openWay, opensTunnels } from '../../src/configuration/network.ts';
import { configurationText, load, problemsOf, shown, temporaryFolder } from './support.ts';

const auth = (text: string): string => configurationText().replace(/auth: .*$/m, `auth: ${text}`);
const oauth2 = (text: string): string =>
  auth(`{ kind: oauth2, tokenUrl: "https://login.example/token", ${text} }`);
const token = { kind: 'env', name: 'TOKEN' };

describe('OAuth 2.0 in the configuration', () => {
  it.each([
    [
      'grant: clientCredentials, clientId: c, clientSecret: { env: TOKEN }, scope: [a, b]',
      {
        grant: { kind: 'clientCredentials' },
        client: { kind: 'basic', id: 'c', secret: token },
        scope: 'a b',
      },
    ],
    [
      'grant: clientCredentials, clientId: c, clientSecret: { env: TOKEN }, clientAuthentication: post, parameters: { resource: r }',
      { client: { kind: 'post', id: 'c', secret: token }, parameters: { resource: 'r' } },
    ],
    [
      'grant: clientCredentials, clientId: c, privateKey: { env: TOKEN }, keyId: k, algorithm: PS256, audience: "https://login.example"',
      {
        client: {
          kind: 'privateKeyJwt',
          id: 'c',
          key: { privateKey: token, keyId: 'k', algorithm: 'PS256' },
        },
        audience: 'https://login.example',
      },
    ],
    [
      'grant: refreshToken, clientId: c, refreshToken: { env: TOKEN }',
      { grant: { kind: 'refreshToken', refreshToken: token }, client: { kind: 'none', id: 'c' } },
    ],
    [
      'grant: jwtBearer, clientId: c, privateKey: { env: TOKEN }, subject: admin@example.com',
      {
        grant: { kind: 'jwtBearer', issuer: 'c', subject: 'admin@example.com', key: { privateKey: token } },
        client: { kind: 'none', id: 'c' },
        audience: 'https://login.example/token',
      },
    ],
    [
      'grant: jwtBearer, issuer: i, privateKey: { env: TOKEN }',
      { grant: { kind: 'jwtBearer', issuer: 'i', subject: 'i' }, client: { kind: 'none' } },
    ],
    [
      'grant: jwtBearer, clientId: c, clientSecret: { env: TOKEN }, privateKey: { env: TOKEN }',
      { client: { kind: 'basic', id: 'c', secret: token } },
    ],
  ])('is read: %s', async (text, expected) => {
    const { targets } = await load(oauth2(text));
    expect(targets[0]!.authentication).toMatchObject({
      kind: 'oauth2',
      tokenUrl: 'https://login.example/token',
      ...expected,
    });
  });

  it.each([
    ['grant: clientCredentials, clientId: c', 'auth: clientSecret is missing (or a privateKey)'],
    ['grant: clientCredentials, clientSecret: { env: TOKEN }', 'auth: clientId is missing'],
    ['grant: refreshToken, clientId: c', 'auth: refreshToken is missing'],
    ['grant: jwtBearer, clientId: c', 'auth: privateKey is missing'],
    ['grant: jwtBearer, privateKey: { env: TOKEN }', 'auth: issuer is missing (or a clientId'],
    ['grant: password, clientId: c', 'grant has to be clientCredentials, refreshToken or jwtBearer'],
    [
      'grant: clientCredentials, clientId: c, clientSecret: { env: NOPE }',
      'auth.clientSecret.env: the environment variable NOPE is not set',
    ],
    [
      'grant: clientCredentials, clientId: c, clientSecret: { env: TOKEN }, audience: "https://api"',
      'auth.audience: audience has no effect: nothing is signed here (a parameter of the token request belongs under parameters)',
    ],
    [
      'grant: clientCredentials, clientId: c, clientSecret: { env: TOKEN }, subject: x',
      'auth.subject: subject has no effect: the grant is clientCredentials, which asserts nobody',
    ],
    [
      'grant: clientCredentials, clientId: c, clientSecret: { env: TOKEN }, refreshToken: { env: TOKEN }',
      'auth.refreshToken: refreshToken has no effect',
    ],
    [
      'grant: clientCredentials, clientId: c, clientSecret: { env: TOKEN }, privateKey: { env: TOKEN }, clientAuthentication: privateKeyJwt',
      'auth.clientSecret: clientSecret has no effect: clientAuthentication is privateKeyJwt',
    ],
    [
      'grant: clientCredentials, clientId: c, clientSecret: { env: TOKEN }, parameters: { grant_type: x }',
      'auth.parameters: one of these is a parameter that the token request has already',
    ],
    [
      'grant: clientCredentials, clientId: c, clientSecret: { env: TOKEN }, algorithm: HS256',
      'algorithm has to be RS256',
    ],
  ])('is refused: %s', async (text, expected) => {
    expect((await problemsOf(oauth2(text))).map(shown).join('\n')).toContain(expected);
  });

  it.each([
    ['http://login.example/token', 'a token URL begins with https://'],
    ['ftp://login.example/token', 'a token URL begins with https://'],
    ['https://user:s3cret@login.example/token', 'a token URL holds no credential'],
    ['https://login.example/token#s3cret', 'a token URL has no #'],
    ['login s3cret', 'this is no URL'],
  ])('sends nothing to %s', async (url, expected) => {
    const text = auth(
      `{ kind: oauth2, tokenUrl: "${url}", grant: clientCredentials, clientId: c, clientSecret: { env: TOKEN } }`,
    );
    const problems = (await problemsOf(text)).map(shown).join('\n');
    expect(problems).toContain(expected);
    expect(problems).not.toContain('s3cret');
  });

  it('takes plain http on this machine, and a query', async () => {
    const { targets } = await load(
      auth(
        '{ kind: oauth2, tokenUrl: "http://127.0.0.1:8080/token?tenant=1", grant: clientCredentials, clientId: c, clientSecret: { env: TOKEN } }',
      ),
    );
    expect(targets[0]!.authentication).toMatchObject({ tokenUrl: 'http://127.0.0.1:8080/token?tenant=1' });
  });

  it('warns of a refresh token that could not be replaced where it stands', async () => {
    const { warnings } = await load(oauth2('grant: refreshToken, clientId: c, refreshToken: { env: TOKEN }'));
    expect(warnings.map(shown).join('\n')).toContain(
      'auth.refreshToken: a refresh token that the server replaces cannot be kept here',
    );
  });

  it('repeats no key that it does not know, for that may be the secret', async () => {
    const problems = await problemsOf(oauth2('grant: clientCredentials, clientId: c, s3cret: x'));
    expect(problems.map(shown).join('\n')).not.toContain('s3cret');
  });
});

describe('a secret that is rotated or ends', () => {
  it.each([
    ['{ kind: bearer, token: { env: TOKEN }, next: { env: TOKEN } }', { next: token }],
    ['{ kind: basic, username: u, password: { env: TOKEN }, next: { env: TOKEN } }', { next: token }],
    ['{ kind: header, name: X-Key, value: { env: TOKEN }, next: { env: TOKEN } }', { next: token }],
    ['{ kind: bearer, token: { env: TOKEN }, expires: 2027-01-31 }', { expires: Date.UTC(2027, 0, 31) }],
    [
      '{ kind: bearer, token: { env: TOKEN }, expires: "2027-01-31T10:00:00+02:00" }',
      { expires: Date.UTC(2027, 0, 31, 8) },
    ],
  ])('is read: %s', async (text, expected) => {
    const { targets, warnings } = await load(auth(text));
    expect(targets[0]!.authentication).toMatchObject(expected);
    const told = warnings.map(shown).join('\n');
    if ('next' in expected)
      expect(told).toContain('auth.next: two secrets are in place while one is rotated');
    else expect(told).toBe('');
  });

  it.each([
    ['expires: 2027-02-30', 'there is no such day'],
    ['expires: soon', 'expires is a day, such as 2027-01-31'],
    ['expires: 2027-13-01', 'there is no such day'],
  ])('is refused with %s', async (text, expected) => {
    const problems = await problemsOf(auth(`{ kind: bearer, token: { env: TOKEN }, ${text} }`));
    expect(problems.map(shown).join('\n')).toContain(expected);
  });
});

describe('the way to a target', () => {
  const withLine = (line: string): string =>
    configurationText().replace(/^( *)(auth: .*)$/m, `$1$2\n$1${line}`);

  it('has a proxy, with or without a name', async () => {
    const plain = await load(withLine('proxy: http://proxy.example:3128'));
    expect(plain.targets[0]!.network).toEqual({ proxy: { url: 'http://proxy.example:3128/' } });
    const named = await load(
      withLine('proxy: { url: "http://proxy.example:3128", username: "u@x", password: { env: TOKEN } }'),
    );
    const { network } = named.targets[0]!;
    expect(network).toEqual({
      proxy: { url: 'http://proxy.example:3128/', username: 'u@x', password: token },
    });
    expect(await openWay(network, { TOKEN: 'p:/w' })).toEqual({
      proxy: 'http://u%40x:p%3A%2Fw@proxy.example:3128/',
    });
  });

  it.each([
    ['proxy: socks5://proxy.example', 'this is no address of a proxy'],
    ['proxy: proxy.example:3128', 'this is no address of a proxy'],
    ['proxy: http://u:s3cret@proxy.example', 'the address of a proxy holds no credential'],
    ['proxy: http://proxy.example/s3cret', 'the address of a proxy ends with its port'],
    ['proxy: { url: "http://proxy.example", username: u }', 'a username and a password, or neither'],
    ['proxy: { url: "http://proxy.example", s3cret: u }', 'there is a key here that is not known'],
    ['ca: nowhere.pem', 'the file of certificates is not there'],
    ['ca: .', 'the file of certificates is a folder'],
  ])('is refused: %s', async (line, expected) => {
    const problems = (await problemsOf(withLine(line))).map(shown).join('\n');
    expect(problems).toContain(expected);
    expect(problems).not.toContain('s3cret');
  });

  it('has no proxy on a Node that would pass it by without a word', () => {
    expect(['22.20.0', '23.11.1', '24.4.9'].filter(opensTunnels)).toEqual([]);
    const able = ['22.21.0', '22.30.1', '24.5.0', '25.0.0'];
    expect(able.filter(opensTunnels)).toEqual(able);
  });

  it('is no proxy for plain http', async () => {
    const text = withLine('proxy: http://proxy.example:3128').replace(
      'https://app.example',
      'http://127.0.0.1',
    );
    expect((await problemsOf(text)).map(shown).join('\n')).toContain(
      'plain http would show the credential to the proxy',
    );
  });

  it.each([
    ['nothing', ''],
    ['a key', '-----BEGIN PRIVATE KEY-----\nMII=\n-----END PRIVATE KEY-----\n'],
    ['half a certificate', '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'],
  ])('trusts no file that holds %s', async (_, content) => {
    const ca = join(temporaryFolder(), 'ca.pem');
    writeFileSync(ca, content);
    await expect(openWay({ ca }, {})).rejects.toThrow('holds no certificate, or one that cannot be read');
  });

  it('trusts nothing that is no file, and does not wait for it', async () => {
    await expect(openWay({ ca: '/dev/null' }, {})).rejects.toThrow('is no file, but a pipe or a device');
  });
});
