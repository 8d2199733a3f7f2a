import type { Preset } from '../../src/model/index.ts';

/** A preset for these tests: a list in pages, with everything that a preset may bring. */
export const people: Preset = {
  name: 'people',
  title: 'People',
  configuration: {
    source: {
      connector: 'json',
      records: '/people',
      key: '${record.id}',
      expect: { noMore: '/next' },
    },
    identity: {
      userName: '${record.login}',
      title: '${get(record, "title")}',
      name: { givenName: '${get(record, "first")}', familyName: '${get(record, "last")}' },
      emails: [{ value: '${get(record, "mail")}', type: 'work', primary: true }],
      active: { from: '${record.state}', on: ['in'], off: ['out'] },
      enterprise: {
        department: '${get(record, "unit")}',
        manager: { value: '${ref(get(record, "boss"))}' },
      },
    },
    groups: [{ from: '${default(get(record, "teams"), [])}' }],
  },
};
