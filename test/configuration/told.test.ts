import { describe, expect, it } from 'vitest';
import { authorityOf, fieldsTold, fixedNames } from '../../src/configuration/index.ts';
import { load } from './support.ts';

/** Each attribute of an entry is a list of values. */
const text = (connector: string, key: string, more = '', of = connector === 'ldif' ? '[0]' : '') => `source:
  connector: ${connector}
  path: ./people.${connector}
  key: \${${key}${of}}
  where: \${record.kind${of} == "person"}
identity:
  userName: "\${record.mail${of}}"
  title: "\${record.title${of}}"
  active: { from: "\${record.status${of}}", on: [on], off: [off] }
targets: { app: { connector: plain, baseUrl: "https://app.example", auth: { kind: none }${more} } }`;

describe('what is told of a record', () => {
  it.each<readonly [string, string, string, object]>([
    ['the field that it is', 'csv', 'record.id', { id: 'E-1' }],
    ['the attribute that it is', 'ldif', 'record.uid', { uid: ['E-1'] }],
    ['what it is made of, where that gives it as well', 'csv', 'upper(record.id)', { id: 'E-1' }],
    ['nothing, where it stands within a field', 'json', 'record.profile.number', {}],
    ['nothing, where it is put together', 'csv', '"E-" + record.id', {}],
    ['nothing, where it is of several fields', 'csv', 'record.at + record.id', {}],
  ])('has of its key %s', async (_, connector, key, of) => {
    const part = authorityOf(await load(text(connector, key)));
    const title = connector === 'ldif' ? ['Boss'] : 'Boss';
    expect(fieldsTold(part, 'E-1', { title: 'Boss' })).toEqual({ title, ...of });
    const [name] = key.match(/(?<=record\.)\w+/)!;
    expect(fieldsTold(part, 'E-1', { [name]: 'E-2' })[name]).toEqual(connector === 'ldif' ? ['E-2'] : 'E-2');
  });
});

it('of a sign-in says nothing of who somebody is, whether they are there, and at which targets', async () => {
  const own = ", assign: \"${record.department == 'Sales'}\", protect: \"${get(record, 'vip') == 'yes'}\"";
  const configuration = await load(text('json', 'record.id', own));
  const fixed = fixedNames(configuration, authorityOf(configuration));
  expect([...fixed].sort()).toEqual(['department', 'id', 'kind', 'status', 'vip']);
});
