import { describe, expect, it } from 'vitest';
import { columnsOf } from '../../src/configuration/index.ts';
import { ENTERPRISE } from '../../src/model/index.ts';
import { configurationText, load, options, plain, problemsOf, shown } from './support.ts';

const taking = { ...plain, name: 'taking', users: { ...plain.users, password: 'accepted' as const } };
const profiles = new Map([...options.profiles, ['taking', taking]]);
const scope = { record: { id: 'E1', site: 'Oslo' } };

const target = async (lines: string, parts: { identity?: string } = {}) => {
  const text = configurationText({ target: lines, ...parts }).replace(
    'connector: plain',
    'connector: taking',
  );
  const configuration = await load(text, { profiles });
  return { configuration, ...configuration.targets[0]! };
};

/** What is wrong with these lines of a target, without the place. */
const wrong = async (lines: string, connector = 'taking') => {
  const text = configurationText({ target: lines }).replace('connector: plain', `connector: ${connector}`);
  return (await problemsOf(text, { profiles })).map((one) => shown(one).replace(/^\S+ /, ''));
};

describe('what an empty value means', () => {
  it('is said of each attribute, or of all', async () => {
    const lines =
      'onEmpty: { title: keep, displayName: clear, enterprise.department: { default: "${record.site}" } }';
    const { attributes, mapping, configuration } = await target(lines);
    expect(attributes).toEqual({ keep: ['title'], createOnly: [] });
    expect(mapping.defaults!.evaluate(scope)).toEqual({ [ENTERPRISE]: { department: 'Oslo' } });
    expect(columnsOf(configuration).has('site')).toBe(true);
    expect(await target('onEmpty: keep')).toMatchObject({ attributes: { keep: 'all', createOnly: [] } });
    expect(await target('onEmpty: clear')).not.toHaveProperty('attributes');
  });

  it('may be a default for parts of a name and for a list', async () => {
    const lines =
      'onEmpty: { name.givenName: { default: X }, name.familyName: { default: Y }, emails: { default: "${[record.site]}" } }';
    const { mapping, drift } = await target(lines);
    expect(mapping.defaults!.evaluate(scope)).toEqual({
      name: { givenName: 'X', familyName: 'Y' },
      emails: [{ value: 'Oslo' }],
    });
    expect(drift.compared).toEqual(expect.arrayContaining(['name.givenName', 'name.familyName', 'emails']));
  });

  it('meets with a default what the service demands', async () => {
    const text = (rest: string) =>
      configurationText({ target: rest })
        .replace('connector: plain', 'connector: strict')
        .replace(/ {2}displayName.*\n/, '');
    expect((await problemsOf(text(''))).map(shown).join()).toContain('takes nobody without displayName');
    await load(text('onEmpty: { displayName: { default: Somebody } }'));
  });

  it.each([
    [
      'onEmpty: { titel: keep }',
      'targets.app.onEmpty.titel: there is no attribute titel to say this of (did you mean title?)',
    ],
    ['onEmpty: { active: keep }', 'there is no attribute active to say this of'],
    ['onEmpty: { nickName: keep }', 'taking cannot hold nickName (take it out)'],
    ['onEmpty: { title: drop }', 'targets.app.onEmpty.title: title has to be keep or clear'],
    ['onEmpty: { title: { default: "" } }', 'default is empty'],
    [
      'onEmpty: { name: { default: Ada } }',
      'name has no default (name a part of it, such as name.givenName)',
    ],
    ['onEmpty: { enterprise.manager: { default: E1 } }', 'enterprise.manager has no default'],
    ['onEmpty: { userName: { default: nobody } }', 'userName has no default'],
    ['onEmpty: { title: { default: "${recrod.x}" } }', 'recrod is not known'],
    [
      'createOnly: [title, shoeSize]',
      'targets.app.createOnly[1]: there is no attribute shoeSize to say this of',
    ],
    [
      'createOnly: [title]\ndrift: { attributes: { title: fix } }',
      'createOnly leaves title as it is, so that nothing fixes it',
    ],
  ])('%s is refused', async (lines, expected) => {
    expect((await wrong(lines)).join('\n')).toContain(expected);
  });

  it('counts as a part of what decides, and so does what a create alone sets', async () => {
    const digests = await Promise.all(
      ['mode: full', 'onEmpty: keep', 'createOnly: [title]', 'password: generate'].map(
        async (one) => (await target(one)).digest,
      ),
    );
    expect(new Set(digests).size).toBe(4);
  });

  it('leaves what a create alone sets to the target when it is reconciled, unless it is to be reported', async () => {
    const { drift } = await target(
      'createOnly: [title, displayName]\ndrift: { attributes: { title: report } }',
    );
    expect(drift.attributes).toEqual({ title: 'report', displayName: 'ignore' });
  });
});

describe('a password', () => {
  it('is made, or is that of identity, as the target says', async () => {
    const identity = 'password: ${record.pw}';
    expect((await target('password: generate')).password).toEqual({ length: 32 });
    expect((await target('password: { generate: { length: 16 } }')).password).toEqual({ length: 16 });
    for (const rule of ['create', 'sync', 'none'])
      expect((await target(`password: ${rule}`, { identity })).password).toBe(rule);
    expect(await target('mode: full', { identity })).not.toHaveProperty('password');
  });

  it.each([
    [
      'password: generate',
      'plain',
      'plain takes no password by SCIM (take it out: what identity sets is left out by itself)',
    ],
    ['password: { generate: {} }', 'paged', 'paged takes no password by SCIM (https://app.example/all)'],
    [
      'password: create',
      'taking',
      'identity sets no password (set one there, or generate: a random one that nobody learns)',
    ],
    ['password: { generate: { length: 6 } }', 'taking', 'length has to be at least 12'],
    ['password: secret', 'taking', 'password has to be sync, create, generate or none'],
  ])('%s for %s is refused', async (lines, connector, expected) => {
    expect((await wrong(lines, connector)).join('\n')).toContain(expected);
  });
});
