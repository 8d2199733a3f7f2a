import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnsOf, loadConfiguration } from '../../src/configuration/index.ts';
import { ENTERPRISE, KINDS, RollcallError } from '../../src/model/index.ts';
import {
  configurationText,
  load,
  options,
  problemsOf,
  shown,
  spoken,
  temporaryFolder,
  write,
} from './support.ts';

const record = {
  id: 'E1',
  email: 'ada@example.org',
  name: 'Ada Lovelace',
  status: 'active',
  boss: ' E0 ',
  team: 'A;B',
  phone: '',
  city: '',
  pw: ' x ',
};

/** A configuration with this source, whose lines are indented by eight. */
function source(lines: string): string {
  return [
    `source:${lines.replaceAll('\n        ', '\n  ')}`,
    'identity: { userName: "${first(record.mail)}", active: { from: "${first(record.state)}", on: [a], off: [b] } }',
    'targets: { app: { connector: plain, baseUrl: "https://app.example", auth: { kind: none } } }',
  ].join('\n');
}

describe('a configuration', () => {
  it('that says only what it has to gets the usual of everything else', async () => {
    const text = configurationText();
    const file = write(text);
    const configuration = await loadConfiguration(file, options);
    const folder = dirname(file);
    expect(configuration).toMatchObject({
      file,
      state: join(folder, 'rollcall.db'),
      timeZone: 'UTC',
      source: {
        name: 'source',
        connector: 'csv',
        csv: {
          path: join(folder, 'people.csv'),
          delimiter: 'auto',
          quote: '"',
          encoding: 'auto',
          expect: {},
        },
        limits: { shrunk: 10, rejected: 10, floor: 20 },
      },
      warnings: [],
    });
    expect(configuration.targets).toHaveLength(1);
    expect(configuration.targets[0]).toMatchObject({
      name: 'app',
      connector: 'plain',
      baseUrl: 'https://app.example/scim/v2',
      authentication: { kind: 'bearer', token: { kind: 'env', name: 'TOKEN' } },
      mode: 'full',
      mapping: {},
      allow: KINDS.filter((kind) => kind !== 'delete'),
      onLeave: 'deactivate',
      onOutOfScope: 'deactivate',
      createInactive: false,
      limits: {
        update: { percent: 50, floor: 50 },
        deactivate: { percent: 10, floor: 5 },
        reactivate: { count: 100, floor: 0 },
        delete: { percent: 2, floor: 0 },
        link: { count: 0, floor: 0 },
        deleteGroup: { count: 0, floor: 0 },
        linkGroup: { count: 0, floor: 0 },
        memberRemove: { percent: 10, floor: 20 },
      },
      pace: { concurrency: 4, perSecond: 10 },
      timeoutSeconds: 30,
    });
    expect(configuration.targets[0]?.limits.create).toBeUndefined();
    expect(configuration.mapping.attributes.evaluate({ record })).toEqual({
      userName: 'ada@example.org',
      displayName: 'Ada Lovelace',
      externalId: 'E1',
    });
  });

  it('of an LDIF file has all its options', async () => {
    const file = write(
      source(`
        connector: ldif
        path: exports/people.ldif
        allowFiles: true
        key: \${first(record.uid)}
        expect: { minimum: 10, checksum: people.sha256, maximumAge: 36h }
        limits: { shrunk: 5 }`),
    );
    const folder = dirname(file);
    expect((await loadConfiguration(file, options)).source).toEqual({
      name: 'source',
      connector: 'ldif',
      ldif: {
        paths: [join(folder, 'exports', 'people.ldif')],
        allowFiles: true,
        expect: { minimum: 10, checksum: join(folder, 'people.sha256'), maximumAge: 129_600 },
      },
      limits: { shrunk: 5, rejected: 10, floor: 20 },
    });
    const usual = write(source('\n        connector: ldif\n        path: a\n        key: ${record.uid[0]}'));
    expect((await loadConfiguration(usual, options)).source).toMatchObject({
      ldif: { paths: [join(dirname(usual), 'a')], allowFiles: false, expect: {} },
    });
  });

  it('of a live directory has all its options', async () => {
    const file = write(
      source(`
        connector: ldap
        url: ldap://ldap.example.com:1389/
        startTls: true
        ca: ca.pem
        bind: { dn: "cn=reader,dc=example", password: { env: LDAP_PASSWORD } }
        base: ["ou=people,dc=example", { base: "ou=guests,dc=example", scope: one, filter: (mail=*) }]
        filter: (uid=*)
        pageSize: 10
        timeout: 2m
        where: \${has(record.mail)}
        key: \${first(record.uid)}
        expect: { minimum: 3, by: "\${first(record.ou)}" }`),
    );
    const { source: read } = await loadConfiguration(file, { ...options, env: { LDAP_PASSWORD: 'x' } });
    expect(read).toMatchObject({
      connector: 'ldap',
      ldap: {
        url: 'ldap://ldap.example.com:1389',
        startTls: true,
        ca: join(dirname(file), 'ca.pem'),
        bind: { dn: 'cn=reader,dc=example', password: { kind: 'env', name: 'LDAP_PASSWORD' } },
        searches: [
          { base: 'ou=people,dc=example', scope: 'sub', filter: '(uid=*)' },
          { base: 'ou=guests,dc=example', scope: 'one', filter: '(mail=*)' },
        ],
        pageSize: 10,
        timeoutSeconds: 120,
        expect: { minimum: 3 },
      },
      where: { text: '${has(record.mail)}' },
      by: { text: '${first(record.ou)}' },
    });
  });

  it('of JSON files has all their options', async () => {
    const file = write(
      source(`
        connector: json
        path: [first.json, /data/page-*.json.gz]
        records: /value/0/a~1b
        format: json
        key: \${record.id}
        expect: { minimum: 1, checksum: sums, maximumAge: 60, noMore: "/@odata.nextLink", total: /total }`),
    );
    const folder = dirname(file);
    expect((await loadConfiguration(file, options)).source).toMatchObject({
      connector: 'json',
      json: {
        paths: [join(folder, 'first.json'), '/data/page-*.json.gz'],
        records: '/value/0/a~1b',
        format: 'json',
        expect: {
          minimum: 1,
          checksum: join(folder, 'sums'),
          maximumAge: 60,
          noMore: '/@odata.nextLink',
          total: '/total',
        },
      },
    });
    const usual = write(source('\n        connector: json\n        path: a\n        key: ${record.id}'));
    expect((await loadConfiguration(usual, options)).source).toMatchObject({
      json: { paths: [join(dirname(usual), 'a')], records: '', format: 'auto', expect: {} },
    });
  });

  it('says all that it can say', async () => {
    const configuration = await load(
      configurationText({
        source: [
          'previousKey: ${record.old}',
          'delimiter: tab',
          'quote: "\'"',
          'encoding: windows-1252',
          'expect: { minimum: 5, trailer: END, checksum: people.sha256, maximumAge: 36h }',
          'limits: { shrunk: 5 }',
        ].join('\n'),
        target: [
          'mode: observe',
          'assign: ${"Engineers" in groups || record.team == "A"}',
          'protect: ${identity.userName.startsWith("admin")}',
          'map: { displayName: "${upper(identity.displayName)}", title: null }',
          'allow: [create, delete]',
          'onLeave: delete',
          'onOutOfScope: keep',
          'limits: { deactivate: { count: 20, percent: 5.5 }, create: { count: 10, floor: 1 } }',
          'concurrency: 2',
          'rate: 0.5',
          'timeout: 2m',
          'schedule: "*/15 8-18 * * 1-5"',
          'jitter: 90s',
          'reconcile: { schedule: "0 3 * * 0", repair: true }',
          'renamedFrom: former',
        ].join('\n'),
        rest: 'state: /var/rollcall/state.db\ntimeZone: europe/berlin\n$schema: x',
      }),
    );
    const [target] = configuration.targets;
    expect(configuration).toMatchObject({
      state: '/var/rollcall/state.db',
      timeZone: 'Europe/Berlin',
      source: {
        csv: {
          delimiter: '\t',
          quote: "'",
          encoding: 'windows-1252',
          expect: { minimum: 5, trailer: 'END', maximumAge: 129_600 },
        },
        limits: { shrunk: 5, rejected: 10, floor: 20 },
      },
      mapping: { previousKey: { column: 'old' } },
    });
    expect(target).toMatchObject({
      mode: 'observe',
      allow: ['create', 'delete'],
      onLeave: 'delete',
      onOutOfScope: 'keep',
      pace: { concurrency: 2, perSecond: 0.5 },
      timeoutSeconds: 120,
      schedule: {
        text: '*/15 8-18 * * 1-5',
        minute: new Set([0, 15, 30, 45]),
        dayOfWeek: new Set([1, 2, 3, 4, 5]),
      },
      jitterSeconds: 90,
      reconcile: { schedule: { hour: new Set([3]) }, repair: true },
      renamedFrom: 'former',
    });
    expect(target?.limits.deactivate).toEqual({ count: 20, percent: 5.5, floor: 0 });
    expect(target?.limits.create).toEqual({ count: 10, floor: 1 });
    const identity = { key: 'E1', active: true, userName: 'admin-ada', displayName: 'Ada' };
    const scope = { record, identity, groups: ['Engineers'] };
    expect(target?.mapping.assign?.evaluate(scope)).toBe(true);
    expect(target?.mapping.protect?.evaluate(scope)).toBe(true);
    expect(target?.mapping.map?.evaluate(scope)).toEqual({ displayName: 'ADA', title: null });
    expect(target?.mapping.map?.evaluate({ ...scope, identity: { key: 'E1', active: true } })).toEqual({
      displayName: null,
      title: null,
    });
  });

  it('may be JSON', async () => {
    const text = JSON.stringify({
      source: { connector: 'csv', path: 'p.csv', key: '${record.id}' },
      identity: {
        userName: '${record.email}',
        active: { from: '${record.status}', on: ['active'], off: ['left'] },
      },
      targets: { app: { connector: 'plain', baseUrl: 'https://a.example', auth: { kind: 'none' } } },
    });
    expect((await load(text)).targets[0]?.authentication).toEqual({ kind: 'none' });
    const problems = await problemsOf(text.replace('"${record.email}"', '\n"${record.email"'));
    expect(problems.length).toBeGreaterThan(0);
    for (const problem of problems) expect(problem.locus?.line).toBe(2);
  });

  it('may be indented with tabs where it is JSON, and end its lines as Windows does', async () => {
    const text = JSON.stringify(
      {
        source: { connector: 'csv', path: 'p.csv', key: '${record.id}' },
        identity: { userName: '${record.email}', active: { from: '${record.s}', on: ['a'], off: ['b'] } },
        targets: { app: { connector: 'plain', baseUrl: 'https://a.example', auth: { kind: 'none' } } },
      },
      null,
      '\t',
    );
    expect((await load(text)).targets).toHaveLength(1);
    const yaml = configurationText({ identity: 'title: |-\n  ${record.title +\n    1}' }).replaceAll(
      '\n',
      '\r\n',
    );
    expect((await problemsOf(yaml)).map((problem) => shown(problem).split('\n')[0])).toEqual([
      '10:20 identity.title: there is no string + int',
    ]);
  });

  it('may refer to what was said above', async () => {
    const { targets } = await load(
      configurationText({
        rest: '  other:\n    connector: plain\n    baseUrl: https://b.example\n    auth: *auth',
      }).replace('auth: {', 'auth: &auth {'),
    );
    expect(targets.map((target) => target.authentication.kind)).toEqual(['bearer', 'bearer']);
  });

  it('names every column that it reads, with the places', async () => {
    const configuration = await load(
      configurationText({
        identity: 'title: ${get(record, "optional")} ${record.email}',
        target: 'assign: ${record.team == "A"}',
      }),
    );
    const columns = [...columnsOf(configuration)].map(([name, loci]) => [
      name,
      loci.map((locus) => locus.line),
    ]);
    expect(Object.fromEntries(columns)).toEqual({
      id: [4],
      email: [6, 9],
      name: [7],
      status: [8],
      team: [15],
    });
  });
});

describe('an identity', () => {
  it('leaves out what is absent', async () => {
    const { mapping } = await load(
      configurationText({
        identity: [
          'name: { givenName: "${record.phone}", familyName: "${record.name}" }',
          'title: ${record.phone}',
          'emails: [{ value: "${record.email}", type: work, primary: true }, { value: "${record.phone}", type: home }]',
          'phoneNumbers: [{ value: "${record.phone}", type: work }]',
          'addresses: [{ locality: "${record.city}", type: work }]',
          'roles: ["${record.team}", admin]',
          'entitlements: "${split(record.team, \';\')}"',
          'enterprise: { department: "${record.city}", manager: "${ref(record.boss)}" }',
        ].join('\n'),
      }),
    );
    expect(mapping.attributes.evaluate({ record })).toEqual({
      userName: 'ada@example.org',
      displayName: 'Ada Lovelace',
      externalId: 'E1',
      name: { familyName: 'Ada Lovelace' },
      emails: [{ value: 'ada@example.org', type: 'work', primary: true }],
      roles: [{ value: 'A;B' }, { value: 'admin' }],
      entitlements: [{ value: 'A' }, { value: 'B' }],
    });
    expect(mapping.manager?.evaluate({ record })).toBe('E0');
    expect(mapping.manager?.evaluate({ record: { ...record, boss: ' ' } })).toBeUndefined();
  });

  it('takes the extension under its URN, and a manager as an object', async () => {
    const { mapping } = await load(
      configurationText({
        identity: `externalId: \${record.email}\n'${ENTERPRISE}': { division: X, manager: { value: '\${ref(record.boss)}' } }`,
      }),
    );
    expect(mapping.attributes.evaluate({ record })).toMatchObject({
      externalId: 'ada@example.org',
      [ENTERPRISE]: { division: 'X' },
    });
    expect(mapping.manager?.evaluate({ record })).toBe('E0');
  });

  it('may have a whole attribute from one expression', async () => {
    const { mapping } = await load(
      configurationText({
        identity: [
          'emails: |-',
          '  ${[{"value": record.email, "primary": true}, {"value": record.phone}]}',
          "name: \"${ {'givenName': record.name, 'familyName': record.phone} }\"",
        ].join('\n'),
      }),
    );
    expect(mapping.attributes.evaluate({ record })).toMatchObject({
      emails: [{ value: 'ada@example.org', primary: true }],
      name: { givenName: 'Ada Lovelace' },
    });
  });

  it('refuses a record whose expression gives what SCIM does not know', async () => {
    const { mapping } = await load(configurationText({ identity: `name: "\${ {'first': record.name} }"` }));
    expect(() => mapping.attributes.evaluate({ record })).toThrow('a key that is none of formatted');
  });

  it('reads a password apart, as it stands', async () => {
    const { mapping } = await load(configurationText({ identity: 'password: ${record.pw}' }));
    expect(mapping.password?.evaluate({ record })).toBe(' x ');
    expect(JSON.stringify(mapping.attributes.evaluate({ record }))).not.toContain('password');
  });

  it('reads words of any kind as text', async () => {
    const text = configurationText().replace(
      'on: [active], off: [left]',
      "on: [1, true, 'Y'], off: [0, false, '']",
    );
    expect((await load(text)).mapping.active).toMatchObject({
      on: ['1', 'true', 'Y'],
      off: ['0', 'false', ''],
    });
  });

  it('has groups by list and by rule', async () => {
    const { mapping } = await load(
      configurationText({
        rest: 'groups:\n  - from: ${split(record.team, ";")}\n  - { name: Members, members: "${identity.userName != \'\'}" }',
      }),
    );
    const identity = { key: 'E1', active: true, userName: 'ada' };
    expect(
      mapping.groups.map((rule) =>
        (rule.kind === 'list' ? rule.from : rule.members).evaluate({ record, identity }),
      ),
    ).toEqual([['A', 'B'], true]);
  });
});

describe('what works and is not as it should be is a warning', () => {
  const warnings = async (text: string) => (await load(text)).warnings.map(shown);

  it.each(['$record.n', '{{ record.n }}', '{record["n"]}', 'identity.title'])(
    'is had of %j, which is meant as an expression and is none',
    async (text) => {
      expect(await warnings(configurationText({ identity: `title: '${text}'` }))).toEqual([
        expect.stringMatching(
          /^\d+:10 identity\.title: this is plain text, the same for everybody.*\$\{ … \}/,
        ),
      ]);
    },
  );

  it('a secret in the text, which is then found nowhere else', async () => {
    const text = configurationText().replace('{ env: TOKEN }', 'sk-secret-in-the-text');
    const configuration = await load(text);
    expect(configuration.warnings.map(shown)).toEqual([
      '13:34 targets.app.auth.token: a secret stands in the text of the configuration (move it: { env: NAME } reads an environment variable, { file: PATH } a file, { command: … } what a command prints)',
    ]);
    expect(configuration.targets[0]?.authentication).toMatchObject({
      token: { value: 'sk-secret-in-the-text' },
    });
    expect(JSON.stringify(configuration)).not.toContain('sk-secret');
  });

  it('nobody can be told to have left, or only by what the expression thinks of', async () => {
    const active = '  active: { from: "${record.status}", on: [active], off: [left] }\n';
    expect(await warnings(configurationText().replace(active, ''))).toEqual([
      expect.stringContaining('known only by their absence'),
    ]);
    const condition = configurationText().replace(active, '  active: ${record.status != "left"}\n');
    expect(await warnings(condition)).toEqual([
      expect.stringContaining('8:11 identity.active: a status that'),
    ]);
    const { mapping } = await load(condition);
    expect(mapping.active.kind === 'condition' && mapping.active.condition.evaluate({ record })).toBe(true);
  });

  it('a dialect takes the place of what it differs in, and of nothing else', async () => {
    const connector = (lines: string) => configurationText().replace('connector: plain', lines);
    const plainly = await load(connector('connector: spoken'));
    const entra = await load(connector('connector: spoken\n    dialect: entra'));
    const { dialects: _, ...profile } = spoken;
    expect(plainly.targets[0]!.profile).toEqual(profile);
    expect(entra.targets[0]!.profile).toMatchObject({ ...profile, active: { form: 'path', as: 'title' } });
    expect(entra.targets[0]!.digest).not.toBe(plainly.targets[0]!.digest);
  });

  it('a target cannot hold what it inherits', async () => {
    const text = configurationText({
      identity:
        'nickName: x\nphoneNumbers: [{ value: "1" }]\npassword: ${record.pw}\nenterprise: { division: D, department: E }',
      rest: 'groups: [{ from: "${split(record.team, \';\')}" }]',
    }).replace('connector: plain', 'connector: strict');
    expect(await warnings(text)).toEqual([
      '15:5 targets.app: strict takes no groups: they decide who is assigned, and are not sent',
      '15:5 targets.app: strict cannot hold nickName, phoneNumbers, enterprise.division, password: left out for this target',
    ]);
  });

  it('a target cannot hold groups in groups', async () => {
    const rest = (nested: string, none = '') =>
      configurationText({
        rest: `groups: [{ records: "\${record.kind == 'group'}", name: "\${record.name}", members: "\${split(record.members, ';')}", match: "\${record.id}"${nested} }]`,
      }).replace('connector: plain', `connector: plain${none}`);
    expect(await warnings(rest(', nested: keep'))).toEqual([
      expect.stringMatching(
        /targets\.app: plain holds no groups in groups: who is in one within is put into both$/,
      ),
    ]);
    expect(await warnings(rest(', nested: flatten'))).toEqual([]);
    expect(await warnings(rest(', nested: keep', '\n    groups: none'))).toEqual([]);
  });

  it('a type that a target may not know, no credential, a password for all, leavers who stay', async () => {
    const text = configurationText({
      identity: 'emails: [{ value: "${record.email}", type: private }]\npassword: hunter2',
      target: 'allow: [create]',
    }).replace('    auth: { kind: bearer, token: { env: TOKEN } }\n', '');
    const found = await warnings(text);
    expect(found.join('\n')).toContain('9:46 identity.emails[0].type: plain knows work, home');
    expect(found.join('\n')).toContain('identity.password: a password stands in the configuration');
    expect(found.join('\n')).toContain('targets.app: requests to this target carry no credential');
    expect(found.join('\n')).toContain('targets.app.onLeave: accounts are to be switched off, and `allow`');
    expect(found.join('\n')).not.toContain('hunter2');
  });
});

describe('the digest of a target', () => {
  const digest = async (text: string) => (await load(text)).targets[0]!.digest;

  it('is the same whatever does not decide what the target holds', async () => {
    const before = await digest(configurationText());
    expect(before).toMatch(/^[0-9a-f]{64}$/);
    for (const same of [
      configurationText({
        target: 'limits: { deactivate: { count: 1 } }\nrate: 1\nmode: observe\ntimeout: 5',
      }),
      configurationText()
        .replace('app.example', 'other.example')
        .replace('{ env: TOKEN }', '{ command: echo x }'),
      configurationText().replace('displayName: ${record.name}', 'displayName: "${record.name}" # a comment'),
      `# moved down\n\n${configurationText()}`,
    ])
      expect(await digest(same)).toBe(before);
  });

  it('changes with everything that does', async () => {
    const texts = [
      configurationText(),
      configurationText({ identity: 'title: X' }),
      configurationText({ target: 'assign: ${record.team == "A"}' }),
      configurationText({ target: 'protect: ${record.team == "A"}' }),
      configurationText({ target: 'map: { title: X }' }),
      configurationText({ target: 'onOutOfScope: keep' }),
      configurationText({ target: 'allow: [create]' }),
      configurationText({ rest: 'timeZone: Asia/Tokyo' }),
      configurationText({ rest: 'groups: [{ name: X, members: true }]' }),
      configurationText().replace('key: ${record.id}', 'key: ${record.nr}'),
      configurationText().replace('connector: plain', 'connector: strict'),
    ];
    expect(new Set(await Promise.all(texts.map(digest))).size).toBe(texts.length);
  });
});

describe('a file that is no configuration is refused in a sentence', () => {
  const refusal = async (file: string): Promise<string> => {
    try {
      await loadConfiguration(file, options);
    } catch (error) {
      if (error instanceof RollcallError && error.code === 'configuration') return error.message;
      throw error;
    }
    throw new Error('this file was expected to be refused');
  };

  it('that is not there', async () => {
    const file = join(temporaryFolder(), 'rollcall.yaml');
    expect(await refusal(file)).toBe(`there is no configuration at ${file}`);
    expect(await refusal(join(write('x'), 'rollcall.yaml'))).toContain('there is no configuration');
  });

  it('that is a folder, a device, a link in a circle, too large, or not text', async () => {
    const folder = temporaryFolder();
    expect(await refusal(folder)).toContain('is a folder');
    expect(await refusal('/dev/zero')).toContain('is not a regular file');
    symlinkSync('loop', join(folder, 'loop'));
    expect(await refusal(join(folder, 'loop'))).toContain('leads back to itself');
    writeFileSync(join(folder, 'large'), `# ${'x'.repeat(2 * 1024 * 1024)}`);
    expect(await refusal(join(folder, 'large'))).toContain('at most 1048576');
    writeFileSync(join(folder, 'bytes'), Buffer.from([0xff, 0xfe, 0x00]));
    expect(await refusal(join(folder, 'bytes'))).toContain('is not text in UTF-8');
  });

  it.skipIf(process.getuid?.() === 0)('that may not be read', async () => {
    const file = write('source: 1');
    chmodSync(file, 0o000);
    expect(await refusal(file)).toContain('may not be read by this user');
  });

  const files: readonly (readonly [string, string])[] = [
    ['', 'is empty'],
    ['# only a comment\n', 'is empty'],
    ['just text', 'is no map of keys'],
    ['[1, 2]', 'is no map of keys'],
    ['source: a\nsource: b', 'this key is there twice'],
    ['source:\n\tpath: x', 'there is a tab in the indentation'],
    ['source: a: b', 'there is a second "key: "'],
    ['identity: { userName: ${record.email}, title: x }', 'is not'],
    ['a: 1\n---\nb: 2', 'more than one document'],
    ['a: "open', 'not closed'],
    ['a: !secret x', 'tags (!name) are not used here'],
    ['a: *nowhere', 'there is no anchor of this name'],
    ['a: &a [*a]', 'no anchor of this name|blow the file up'],
    ['[a]: b', 'a key is text'],
    [
      `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefgh'.replace(
        /./g,
        (name) =>
          `${name}: &${name} [${Array(9)
            .fill(`*${String.fromCharCode(name.charCodeAt(0) - 1)}`)
            .join(',')}]\n`,
      )}`,
      'beyond all measure',
    ],
    ['['.repeat(100_000), 'nested too deeply|not closed|beyond all measure|not fit'],
    [`${'['.repeat(5000)}${']'.repeat(5000)}`, 'nested too deeply|beyond all measure'],
    ['a: @token', 'cannot begin with this character'],
  ];
  const named = files.map(([text, message]) => ({ name: JSON.stringify(text).slice(0, 40), text, message }));
  it.each(named)('$name', async ({ text, message }) => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'deep'));
    const file = join(folder, 'deep', 'rollcall.yaml');
    writeFileSync(file, text);
    expect(await refusal(file)).toMatch(new RegExp(message.replaceAll(/[()]/g, '\\$&')));
  });

  it('never with a text in which a secret could stand', async () => {
    for (const text of [
      'token: "sk-s3cret',
      'token: *sk-s3cret',
      'token: !sk-s3cret x',
      'token: @sk-s3cret',
      'token: %sk-s3cret',
      'token: sk-s3cret: x',
      '{ token: sk-s3cret',
      '- sk-s3cret\ntoken: x',
    ])
      expect(await refusal(write(text))).not.toContain('s3cret');
  });
});

describe('whatever stands in the file', () => {
  it('it loads, or says in sentences why not', async () => {
    const words = fc.constantFrom(
      ...[
        'source:',
        'identity:',
        'targets:',
        '  app:',
        '    auth:',
        ' {',
        ' }',
        ' [',
        ' ]',
        '\n',
        '  ',
        ': ',
        '- ',
      ],
      ...[
        '&a',
        '*a',
        '${',
        '}',
        '"',
        "'",
        '|-',
        '\t',
        '#',
        '!x',
        '? ',
        '%',
        '@',
        '${record.x',
        '${1 +',
        'null',
        '~',
        '1',
      ],
      ...[
        '__proto__: ',
        'constructor: ',
        '<<: ',
        '\u0000',
        '\ufeff',
        '---\n',
        'key: ',
        'connector: csv',
        'userName: x',
      ],
    );
    const garbage = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 100 }),
      fc.array(words, { maxLength: 30 }).map((parts) => parts.join('')),
      fc.json(),
    );
    await fc.assert(
      fc.asyncProperty(garbage, async (text) => {
        await expect(load(text)).rejects.toBeInstanceOf(RollcallError);
      }),
      { numRuns: 200 },
    );
  });

  it('a good file with one piece replaced loads, or says in sentences why not', async () => {
    const good = configurationText({
      source: 'expect: { minimum: 5 }',
      identity:
        'emails: [{ value: "${record.email}", primary: true }]\nname: { givenName: x }\nenterprise: { manager: "${ref(record.boss)}" }',
      target: 'assign: ${"a" in groups}\nlimits: { create: { count: 1 } }\nallow: [create]',
      rest: 'groups: [{ name: X, members: true }]',
    });
    const lines = good.split('\n');
    const value = fc.oneof(
      fc.constantFrom(
        '',
        ' null',
        ' 1',
        ' x',
        ' []',
        ' {}',
        ' [1]',
        ' { x: 1 }',
        ' ${',
        ' ${1}',
        ' ${x}',
        ' true',
        ' "${[1]}"',
        ' -1',
        ' [{}]',
        ' [[]]',
        ' 1e999',
        ' .nan',
      ),
      fc.string({ maxLength: 10 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.nat(lines.length - 1), value, async (index, replaced) => {
        const text = lines
          .map((line, at) => (at === index ? line.replace(/: .*$/, () => `:${replaced}`) : line))
          .join('\n');
        try {
          await load(text);
        } catch (error) {
          expect(error).toBeInstanceOf(RollcallError);
          expect((error as RollcallError).code).toBe('configuration');
        }
      }),
      { numRuns: 200 },
    );
  });
});
