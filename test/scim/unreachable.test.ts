import nock from 'nock';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { failureOf, open } from './server.ts';

// What no server at hand can play. nock stands in for the network here, so no real server is used in this file.
beforeAll(() => nock.disableNetConnect());
afterAll(() => {
  nock.cleanAll();
  nock.restore();
  nock.enableNetConnect();
});

test.each([
  ['ENOTFOUND', 'cannot be found: the name scim.example.com does not resolve'],
  ['EAI_AGAIN', 'cannot be found: the name scim.example.com does not resolve'],
  ['EHOSTUNREACH', 'cannot be reached at scim.example.com'],
  ['CERT_HAS_EXPIRED', 'has a certificate at scim.example.com that cannot be trusted'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'has a certificate at scim.example.com that cannot be trusted'],
])('%s stops the target with a sentence', async (code, words) => {
  const error = Object.assign(new Error(`${code} with a lot of detail`), { code });
  nock('https://scim.example.com').get('/scim/v2/Users/1').replyWithError(error);
  const failure = await failureOf(open('https://scim.example.com/scim/v2').read('1'));
  expect(failure).toMatchObject({ message: `app ${words} (${code})` });
});
