import { expect, test } from 'vitest';
import { profiles } from '../../connectors/targets/profiles.ts';
import { adapt, adaptGroup } from '../../src/planning/adapt.ts';
import { ownName } from '../../src/planning/names.ts';
import type { NameRule } from '../../src/model/index.ts';

const users = (name: string): NameRule => profiles().get(name)!.users.login!;
const github = users('github-enterprise');
const slack = users('slack');
const { groups } = profiles().get('sentry')!;
const sentry = groups.supported ? groups.slug! : undefined;

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
  expect(ownName(userName.replaceAll('\\\\', '\\'), github)).toEqual({ name, isRefused });
});

// docs.slack.dev/reference/scim-api, “User attributes”
test.each([
  ['Ada.King@example.com', 'ada.king', false],
  ['ada+king@example.com', 'ada_king', false],
  ['André.Müller-Lüdenscheidt', 'andre.muller-ludenscheidt', true],
  ['José', 'jose', false],
  ['佐藤', '__', false],
  ['@example.com', '', true],
  ['a'.repeat(21), 'a'.repeat(21), false],
  ['a'.repeat(22), 'a'.repeat(22), true],
])('%s becomes %s, and stays that', (userName, name, isRefused) => {
  expect(ownName(userName, slack)).toEqual({ name, isRefused });
  expect(ownName(name, slack).name).toBe(name);
  const identity = { key: 'k', active: true, attributes: { userName }, groups: [] };
  expect(adapt(identity, profiles().get('slack')!).resource['userName']).toBe(name);
  // Where the name is one beside it, what is sent stays.
  expect(adapt(identity, profiles().get('github-enterprise')!).resource['userName']).toBe(userName);
});

// getsentry/sentry, tests/sentry/core/endpoints/scim/test_scim_team_index.py, and Django’s slugify
test.each([
  ['Test SCIMv2', 'test-scimv2', false],
  ['Sales: EU', 'sales-eu', false],
  ['Straße & Zoë', 'strae-zoe', false],
  ['--Core_Team--', 'core_team', false],
  ['1234', '1234', true],
  ['営業', '', true],
  ['g'.repeat(51), 'g'.repeat(51), true],
])('the slug of %s is %s', (displayName, name, isRefused) => {
  expect(ownName(displayName, sentry!)).toEqual({ name, isRefused });
  // Where it is kept in the place of the name, it is what is sent; beside the name, it is not.
  const group = { key: 'g', name: displayName };
  const kept = { ...sentry!, kept: true };
  expect(adaptGroup(group, { externalId: true, slug: kept })).toEqual({ displayName: name, externalId: 'g' });
  expect(adaptGroup(group, { externalId: false, slug: sentry! })).toEqual({ displayName });
});
