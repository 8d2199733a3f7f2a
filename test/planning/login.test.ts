import { expect, test } from 'vitest';
import { profiles } from '../../connectors/targets/profiles.ts';
import { loginOf } from '../../src/planning/login.ts';

const rule = profiles().get('github-enterprise')!.users.login!;

// docs.github.com, “Username considerations for external authentication”
test.each([
  ['The.Octocat', 'the-octocat', false],
  ['The!Octocat', 'the-octocat', false],
  ['The.Octocat@example.com', 'the-octocat', false],
  ['internal\\\\The.Octocat', 'the-octocat', false],
  ['mona.lisa@example.com', 'mona-lisa', false],
  ['!The.Octocat', '-the-octocat', true],
  ['The.Octocat!', 'the-octocat-', true],
  ['The!!Octocat', 'the--octocat', true],
  ['@example.com', '', true],
  ['a'.repeat(39), 'a'.repeat(39), false],
  ['a'.repeat(40), 'a'.repeat(40), true],
])('%s is %s', (userName, name, isRefused) => {
  expect(loginOf(userName.replaceAll('\\\\', '\\'), rule)).toEqual({ name, isRefused });
});
