import { describe, expect, it } from 'vitest';
import { configurationText, load, problemsOf, shown } from './support.ts';

const driftOf = async (parts: Parameters<typeof configurationText>[0]) => {
  const { targets, warnings } = await load(configurationText(parts));
  return { drift: targets[0]!.drift, warnings: warnings.map(shown) };
};

describe('what is compared', () => {
  it('is what identity and map set and the target can hold, the key, and whether they are on', async () => {
    const { drift } = await driftOf({
      identity:
        'nickName: ${record.name}\nname: { givenName: "${record.name}" }\npassword: ${record.name}\nenterprise: { department: "${record.name}", manager: { value: "${ref(record.boss)}" } }',
      target: 'map: { title: "${record.title}" }',
    });
    expect([...drift.compared].sort()).toEqual([
      'active',
      'displayName',
      'enterprise.department',
      'enterprise.manager',
      'externalId',
      'name.givenName',
      'title',
      'userName',
    ]);
    expect(drift).toMatchObject({ attributes: {} });
    expect(drift).not.toHaveProperty('default');
  });
});

describe('drift', () => {
  it('is said for all, and for each attribute', async () => {
    const target = 'drift: { default: report, attributes: { displayName: fix, active: fix, name: ignore } }';
    const identity = 'name: { givenName: "${record.name}" }';
    expect(await driftOf({ target, identity })).toMatchObject({
      drift: { default: 'report', attributes: { displayName: 'fix', active: 'fix', name: 'ignore' } },
      warnings: [],
    });
  });

  it('of what nothing sets is warned of', async () => {
    const { warnings } = await driftOf({ target: 'drift: { attributes: { title: fix } }' });
    expect(warnings).toEqual([
      '14:35 targets.app.drift.attributes.title: nothing sets title, so that it is never compared',
    ]);
  });

  it.each([
    [
      '{ attributes: { titel: fix } }',
      /drift\.attributes\.titel: there is no attribute titel to compare \(.*title/,
    ],
    ['{ attributes: { emails.value: fix } }', /there is no attribute emails\.value to compare/],
    ['{ attributes: { password: fix } }', /there is no attribute password to compare/],
    ['{ attributes: { timezone: fix } }', /plain cannot hold timezone, so that it cannot drift there/],
    ['{ default: mend }', /drift\.default: default /],
    ['{ attributes: { displayName: yes } }', /drift\.attributes\.displayName: /],
    ['report', /drift: drift /],
  ])('%s is refused with its place', async (drift, words) => {
    const problems = await problemsOf(configurationText({ target: `drift: ${drift}` }));
    expect(problems.map(shown).join('\n')).toMatch(words);
  });
});
