import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { configurationText, load, problemsOf, shown, temporaryFolder } from './support.ts';

describe('what is wrong with a configuration', () => {
  it('comes all at once, each with its line and column', async () => {
    const text = [
      'sate: x', // 1
      'timeZone: Europe/Berln',
      'source:',
      '  connector: csv',
      '  path: 5', // 5
      '  key: ${record.id',
      'identity:',
      '  userName: ${recrod.email}',
      '  title: |-',
      '    ${record.title +', // 10
      '      1}',
      "  displayName: 'it''s ${lowr(record.name)}'",
      '  nickName: "\\tab ${record.x +}"',
      '  active: ${record.status}',
      'targets:', // 15
      '  one:',
      '    connector: plane',
      '    baseUrl: https://a.example',
      '    auth: { kind: bearer, token: { env: NOPE } }',
      '  two:', // 20
      '    connector: plain',
      '    baseUrl: http://b.example',
      '    auth: { kind: bearer, token: { env: EMPTY } }',
      '    rate: fast',
    ].join('\n');
    expect((await problemsOf(text)).map((problem) => shown(problem).split('\n')[0])).toEqual([
      '1:1: the key sate is not known (did you mean state?)',
      '2:11 timeZone: there is no time zone of this name (did you mean Europe/Berlin?)',
      '5:9 source.path: path has to be text, and is a number; put it in quotes',
      '6:8 source.key: ${ is not closed',
      '8:15 identity.userName: recrod is not known',
      '10:20 identity.title: there is no string + int',
      '12:25 identity.displayName: there is no function lowr',
      '13:31 identity.nickName: unexpected token: the end of the expression',
      '14:13 identity.active: this expression gives string where true or false is needed; a comparison does, such as record.status == "active"',
      '17:16 targets.one.connector: there is no connector of this name (did you mean plain?)',
      '19:41 targets.one.auth.token.env: the environment variable NOPE is not set',
      '22:14 targets.two.baseUrl: plain http would send the credential for everybody to read (use https; plain http is for this machine)',
      '23:41 targets.two.auth.token.env: the environment variable EMPTY is empty',
      '24:11 targets.two.rate: rate has to be a number or a map of keys, and is text',
    ]);
  });

  const source = (text: string) => configurationText({ source: text });
  const identity = (text: string) => configurationText({ identity: text });
  const target = (text: string) => configurationText({ target: text });
  const without = (line: string) => configurationText().replace(`${line}\n`, '');
  const instead = (from: string, to: string) => configurationText().replace(from, to);
  const ldif = (source: string) => configurationText({ source }).replace('connector: csv', 'connector: ldif');
  const json = (source: string) => configurationText({ source }).replace('connector: csv', 'connector: json');

  const ldap = (address: string) =>
    configurationText({ source: 'base: dc=example' })
      .replace('connector: csv', 'connector: ldap')
      .replace(/ {2}path: .*/, `  ${address}`);

  const several = (population: string) =>
    configurationText()
      .replace(
        /^source:\n(?: .*\n)+/,
        `sources:\n  hr: { connector: csv, path: hr.csv, key: "\${record.id}" }\n  contractors: { connector: csv, path: c.csv, key: "\${record.no}" }\n`,
      )
      .concat(`\n${population}\n`);

  it.each<readonly [string, string, string]>([
    // what is missing
    ['no source', 'identity: { userName: "${record.x}" }\ntargets: {}', '1:1 source: source is missing'],
    ['no key', without('  key: ${record.id}'), 'source.key: key is missing'],
    ['no userName', without('  userName: ${record.email}'), '6:3 identity.userName: userName is missing'],
    ['no target', instead('targets:', 'targets: {}\nother:'), 'targets: targets names no target'],
    ['nothing after a key', identity('title:'), '9:9 identity.title: title is empty, and text belongs there'],
    [
      'a target without a base URL',
      without('    baseUrl: https://app.example/scim/v2'),
      'baseUrl is missing',
    ],
    // several sources
    ['several sources', `${configurationText()}\nsources: {}`, 'sources: there is a source already'],
    ['sources without a population', several(''), '2:3 sources: population is missing'],
    [
      'a source that is not there',
      several('population: { union: [hr, contractor] }'),
      'there is no source "contractor" (did you mean contractors?)',
    ],
    ['a source twice', several('population: { union: [hr, hr] }'), 'hr is named twice'],
    [
      'a former key in one of several',
      several('population: { union: [hr] }').replace('}\n', ', previousKey: "${record.old}" }\n'),
      'sources.hr.previousKey: previousKey is for a source that stands alone',
    ],
    [
      'a population that is joined',
      several('population: { join: { authority: hr } }'),
      'population.join.with: with is missing',
    ],
    [
      'a population',
      `${configurationText()}\npopulation: {}`,
      'population: there are no sources to make it of',
    ],
    ['LDAP on the open network', ldap('url: ldap://ldap.example.com'), 'with plain ldap anybody on the way'],
    [
      'a password on the open network',
      ldap('url: ldap://ldap.example.com\n  bind: { dn: "cn=x", password: { env: PATH } }'),
      'plain ldap would send the password',
    ],
    ['a path in an address', ldap('url: ldaps://x/dc=example'), 'an address has neither a path'],
    ['another scheme', ldap('url: https://x'), 'this is no address of a directory'],
    ['a credential in an address', ldap('url: ldaps://a:b@x'), 'an address holds no credential'],
    ['TLS twice', ldap('url: ldaps://x\n  startTls: true'), 'startTls has nothing to do'],
    ['a filter that does not end', ldap('url: ldaps://x\n  filter: (uid=*'), 'is none (RFC 4515)'],
    [
      'a filter without a comparison',
      ldap('url: ldaps://x\n  filter: (uid)'),
      '4:11 source.filter: the filter (uid) is none (RFC 4515)',
    ],
    [
      'a filter of one base that has an empty list',
      ldap('url: ldaps://x').replace('base: dc=example', 'base: [dc=a, { base: dc=b, filter: (&) }]'),
      'source.base[1].filter: the filter (&) is none (RFC 4515)',
    ],
    [
      'a base that is none',
      ldap('url: ldaps://x').replace('base: dc=example', 'base: example'),
      'this is no distinguished name',
    ],
    [
      'LDAP without an address',
      instead('connector: csv', 'connector: ldap'),
      '2:3 source.url: url is missing',
    ],
    [
      'another source',
      instead('connector: csv', 'connector: cvs'),
      'connector has to be csv, ldif, json or ldap (did you mean csv?)',
    ],
    [
      'no kind of source',
      without('  connector: csv'),
      'source.connector: connector is missing (it is csv, ldif, json or ldap)',
    ],
    [
      'a connector by its path',
      instead('connector: plain', 'connector: ./mine.ts'),
      'there is no connector at',
    ],
    [
      'groups of a target that takes none',
      instead('connector: plain', 'connector: strict\n    groups: [X]'),
      'strict takes no groups by SCIM',
    ],
    [
      'onGone',
      `${configurationText()}\ngroups: [{ name: X, members: true, onGone: keep }]`,
      'what becomes of a group that is gone is said for each target, under groups.onGone',
    ],
    ['another extension', identity('"urn:x:y": {}'), 'extensions other than the enterprise one'],
    // the source
    [
      'an option of another source',
      ldif('encoding: utf-8'),
      '5:3 source: the key encoding is not known (known here: connector, path, allowFiles,',
    ],
    ['a trailer of LDIF', ldif('expect: { trailer: T }'), '5:13 source.expect: the key trailer is not'],
    ['no LDIF file', ldif('').replace('people.csv', '[]'), '3:9 source.path: '],
    [
      'a list where a value belongs',
      ldif(''),
      '4:10 source.key: record.id is a list of values, and one belongs here\n    ${record.id}\n      ^ (write first(record.id), or record.id[0])',
    ],
    [
      'a list inside text',
      ldif('').replace('${record.name}', '${record.cn} of ${record.dn}'),
      'identity.displayName: record.cn is a list of values',
    ],
    ['no file', json('').replace('people.csv', '[]'), 'source.path: path has to be at least 1'],
    [
      'a number among files',
      json('').replace('people.csv', '[a.json, 2]'),
      '3:18 source.path[1]: entry 2 of path has to be text, and is a number; put it in quotes',
    ],
    [
      'a home folder among files',
      json('').replace('people.csv', '[a.json, ~/b.json]'),
      '3:18 source.path[1]: ~ stands for a home folder',
    ],
    [
      'a pattern of folders',
      json('').replace('people.csv', '"exports/*/people.json"'),
      'source.path: `*` may stand only behind the last slash',
    ],
    ['no pointer', json('records: value'), 'source.records: records is a JSON pointer, such as /value'],
    ['a tilde in a pointer', json('expect: { total: /a~b }'), 'source.expect.total: total is a JSON pointer'],
    ['another format', json('format: jsonl'), 'format has to be auto, json or ndjson'],
    [
      'a pointer into lines',
      json('format: ndjson\nrecords: /value\nexpect: { total: /n }'),
      '6:12 source.records: with `format: ndjson` every line is a record (take out one of the two)\n7:20 source.expect.total: with `format: ndjson`',
    ],
    ['a home folder', instead('people.csv', '~/people.csv'), '~ stands for a home folder'],
    ['an expression for a path', instead('people.csv', '${x}.csv'), 'a path is no expression'],
    ['two delimiters', source('delimiter: ";;"'), 'delimiter has to be one character'],
    ['a quote that is the delimiter', source('delimiter: ","\nquote: ","'), 'the same character'],
    ['an encoding', source('encoding: utf8'), 'encoding has to be auto, utf-8'],
    [
      'an age',
      source('expect: { maximumAge: 1 week }'),
      '5:25 source.expect.maximumAge: maximumAge is a number of seconds',
    ],
    ['a negative number', source('expect: { minimum: -1 }'), 'minimum has to be at least 0'],
    ['a broken number', source('limits: { floor: 1.5 }'), 'floor has to be a whole number'],
    ['more than all', source('limits: { shrunk: 101 }'), 'shrunk has to be at most 100'],
    [
      'a key for everybody',
      instead('key: ${record.id}', 'key: E1'),
      'source.key: the key is the same for everybody',
    ],
    [
      'a key of today',
      instead('key: ${record.id}', 'key: ${record.id}${today()}'),
      'the key changes with the clock',
    ],
    // the identity
    [
      'a misspelt attribute',
      identity('tilte: x'),
      '9:3 identity: the key tilte is not known (did you mean title?)',
    ],
    [
      'an unknown attribute',
      identity('shoeSize: x'),
      'the key shoeSize is not known (known here: externalId, userName',
    ],
    [
      'a misspelt sub-attribute',
      identity('name: { firstName: x }'),
      'identity.name: the key firstName is not known',
    ],
    ['a number for text', identity('title: 2024'), 'title has to be text, and is a number; put it in quotes'],
    ['a map for text', identity('title: { x: 1 }'), 'title has to be text, and is a map'],
    ['one value for many', identity('emails: { value: x }'), 'emails has to be a list or text, and is a map'],
    [
      'an unknown key in a value',
      identity('emails: [{ valu: x }]'),
      'identity.emails[0]: the key valu is not known (did you mean value?)',
    ],
    [
      'text for true',
      identity('emails: [{ value: x, primary: yes }]'),
      'this is plain text, and true or false belongs here',
    ],
    [
      'two primaries',
      identity('emails: [{ value: a, primary: true }, { value: b, primary: true }]'),
      'identity.emails[1].primary: another value of this list is the primary one',
    ],
    [
      'quotes of a word processor',
      identity('title: ${“x”}'),
      `(text stands between straight quotes, ' or ")`,
    ],
    [
      'a column with other letters',
      identity('title: ${record.größe}'),
      '(a column whose name has other letters is written record["…"])',
    ],
    [
      'a function of another language',
      identity('title: ${record.n.toUpperCase()}'),
      '(docs/configuration.md has all of them, under Expressions)',
    ],
    [
      'a state over the people',
      configurationText({ rest: 'state: ./people.csv' }),
      '14:8 state: this is the file of the source',
    ],
    [
      'a state over itself',
      configurationText({ rest: 'state: rollcall.yaml' }),
      '14:8 state: this is the file of the configuration',
    ],
    ['an id', identity('id: x'), 'id is not set here: the target gives it'],
    [
      'groups',
      identity('groups: x'),
      'groups is not set here: memberships stand under `groups` at the top level',
    ],
    [
      'a manager without ref',
      identity('enterprise: { manager: "${record.m}" }'),
      "named by another person's key",
    ],
    ['a manager without value', identity('enterprise: { manager: {} }'), 'the manager has no value'],
    [
      'a manager with a name',
      identity('enterprise: { manager: { displayName: x } }'),
      'the key displayName is not known',
    ],
    [
      'the extension twice',
      identity('enterprise: {}\nurn:ietf:params:scim:schemas:extension:enterprise:2.0:User: {}'),
      'the same as `enterprise`',
    ],
    ['a userName for everybody', instead('${record.email}', 'admin'), 'userName is the same for everybody'],
    [
      'the word on both sides',
      instead('off: [left]', 'off: [left, ACTIVE ]'),
      '8:65 identity.active.off[1]: this word is under `on` too',
    ],
    [
      'no word for active',
      instead('on: [active]', 'on: []'),
      'names no word, so that nobody could be active',
    ],
    [
      'a word that is a map',
      instead('on: [active]', 'on: [{ a: 1 }]'),
      'has to be text, true or false or a number, and is a map',
    ],
    [
      'everybody a leaver',
      instead('active: {', 'active: false #'),
      'the same for everybody, and would make everybody a leaver',
    ],
    ['everybody active by expression', instead('active: {', 'active: ${true} #'), 'the same for everybody'],
    [
      'identity is text',
      instead('identity:', 'identity: x\nother:'),
      'identity has to be a map of keys, and is text',
    ],
    // groups
    [
      'a group of text',
      `${configurationText()}\ngroups: [{ from: "\${record.team}" }]`,
      'gives string where a list is needed; split(',
    ],
    [
      'half a rule',
      `${configurationText()}\ngroups: [{ name: X }]`,
      'groups[0]: entry 1 of groups is either `from`',
    ],
    [
      'a rule of text',
      `${configurationText()}\ngroups: [{ name: X, members: Y }]`,
      'groups[0].members: this is plain text',
    ],
    [
      'a group twice',
      `${configurationText()}\ngroups: [{ name: X, members: true }, { name: " X", members: true }]`,
      'there is a group of this name already',
    ],
    [
      'groups of groups',
      `${configurationText()}\ngroups: [{ name: X, members: "\${'Y' in groups}" }]`,
      'groups is not known here',
    ],
    // targets
    ['a name with a space', instead('  app:', '  my app:'), '10:3 targets: the name is made of letters'],
    ['__proto__', instead('  app:', '  __proto__:'), '10:3 targets: a key cannot have this name'],
    [
      'an unknown connector',
      instead('connector: plain', 'connector: sap'),
      'there is no connector of this name (known connectors: plain, strict, paged, spoken)',
    ],
    ['no URL', instead('https://app.example/scim/v2', 'app.example'), 'this is no URL'],
    [
      'another scheme',
      instead('https://app.example/scim/v2', 'ftp://app.example'),
      'begins with https:// or http://',
    ],
    ['plain http', instead('https://app.example', 'http://127.0.0.1.example'), 'plain http would send'],
    ['a query', instead('/scim/v2', '/scim/v2?tenant=1'), 'neither ? nor #'],
    ['an expression in the URL', instead('app.example', '${record.x}'), 'no expression stands in it'],
    [
      'http of another machine on localhost',
      instead('https://app.example', 'http://localhost.example'),
      'plain http',
    ],
    [
      'the same URL twice',
      `${configurationText()}\n  two: { connector: plain, baseUrl: "HTTPS://App.Example:443/scim//v2/", auth: { kind: none } }`,
      'targets.two.baseUrl: app has the same base URL',
    ],
    ['a mode', target('mode: dry'), 'mode has to be full or observe'],
    [
      'a kind',
      target('allow: [create, destroy]'),
      'targets.app.allow[1]: entry 2 of allow has to be create, update',
    ],
    [
      'delete that is not allowed',
      target('onLeave: delete'),
      'accounts are deleted only where `allow` says so',
    ],
    [
      'delete that cannot be',
      instead('connector: plain', 'connector: strict\n    allow: [delete]\n    onLeave: delete'),
      'strict deletes no accounts by SCIM',
    ],
    [
      'a create that cannot be',
      target('createInactive: true'),
      'plain cannot create somebody who is switched off',
    ],
    [
      'accounts that are made and deleted in turn',
      instead(
        'connector: plain',
        'connector: plain\n    createInactive: true\n    allow: [create, delete]\n    onLeave: delete',
      ),
      'made for everybody who is not active, and deleted because they left, in turn',
    ],
    ['a limit without a bound', target('limits: { update: { floor: 5 } }'), 'update bounds nothing'],
    [
      'an unknown limit',
      target('limits: { deactivates: { count: 5 } }'),
      'the key deactivates is not known (did you mean deactivate?)',
    ],
    ['no concurrency', target('concurrency: 0'), 'concurrency has to be at least 1'],
    ['no rate', target('rate: 0'), 'rate has to be more than 0'],
    ['a rate that says none', target('rate: {}'), 'says no rate'],
    ['half a request an hour', target('rate: { perHour: 0.5 }'), 'perHour has to be a whole number'],
    [
      'a burst of more than a second has',
      target('rate: { perSecond: 10, burst: 11 }'),
      'burst has to be a whole number from 1 to 10, the requests of a second',
    ],
    [
      'half a burst',
      target('rate: { perSecond: 10, burst: 2.5 }'),
      'burst has to be a whole number from 1 to 10',
    ],
    [
      'a burst of less than one',
      target('rate: { perSecond: 0.5, burst: 2 }'),
      'burst has to be 1 with 0.5 a second',
    ],
    ['a burst of nothing', target('rate: { perHour: 9, burst: 2 }'), 'give perSecond as well'],
    ['a reserve of all', target('rate: { perHour: 5, reserve: 100 }'), 'reserve has to be at most 50'],
    ['a schedule', target('schedule: often'), 'targets.app.schedule: this is no cron schedule'],
    [
      'a schedule of a day that is in no calendar',
      target('schedule: 0 0 30 2 *'),
      'targets.app.schedule: this day is in no calendar, so it would never be due',
    ],
    [
      'a schedule for comparing',
      target('reconcile: { schedule: 61 * * * * }'),
      'targets.app.reconcile.schedule: this is no cron schedule',
    ],
    [
      'a target renamed from one that is there',
      target('renamedFrom: app'),
      'there still is a target of this name',
    ],
    [
      'own map beyond the profile',
      target('map: { nickName: x }'),
      '14:22 targets.app.map.nickName: plain cannot hold nickName',
    ],
    [
      'own map beyond the extension',
      target('map: { enterprise: { division: x } }'),
      'targets.app.map.enterprise.division: plain cannot hold enterprise.division',
    ],
    [
      'own map beyond the profile, with the page that says so',
      instead('connector: plain', 'connector: paged\n    map: { nickName: x }'),
      'paged cannot hold nickName (https://app.example/names)',
    ],
    [
      'groups of a target that takes none, with the page that says so',
      instead('connector: plain', 'connector: paged\n    groups: [X]'),
      'paged takes no groups by SCIM (https://app.example/all)',
    ],
    ['a dialect of one that has none', target('dialect: entra'), 'plain is spoken to in one way alone'],
    [
      'a dialect that is not known',
      instead('connector: plain', 'connector: spoken\n    dialect: entr'),
      'there is no dialect of this name (did you mean entra?)',
    ],
    ['own map with active', target('map: { active: true }'), '`active` decides who has left and is set once'],
    [
      'own map with a type',
      target('map: { emails: [{ value: x, type: fax }] }'),
      'plain knows work, home as a type of emails',
    ],
    [
      'what a service demands',
      without('  displayName: ${record.name}').replace('connector: plain', 'connector: strict'),
      'strict takes nobody without displayName',
    ],
    ['a merge key', target('<<: { rate: 1 }'), 'merge keys (<<) are not read'],
    // credentials
    ['no secret', instead('token: { env: TOKEN }', 'token:'), 'token is empty, and'],
    [
      'two places of a secret',
      instead('{ env: TOKEN }', '{ env: TOKEN, command: x }'),
      'token names one place: env, file or command',
    ],
    [
      'a secret file that is not there',
      instead('{ env: TOKEN }', '{ file: nowhere }'),
      'auth.token.file: the secret file is not there',
    ],
    ['an expression for a secret', instead('{ env: TOKEN }', '"${env.TOKEN}"'), 'a secret is no expression'],
    [
      'an unknown kind of credential',
      instead('kind: bearer', 'kind: baerer'),
      'kind has to be bearer, basic, header, oauth2 or none (did you mean bearer?)',
    ],
    [
      'no kind of credential',
      instead('kind: bearer, ', ''),
      'kind is missing (it is bearer, basic, header, oauth2 or none)',
    ],
    [
      'a header that is none',
      instead('kind: bearer, token', 'kind: header, name: "a b", value'),
      'name is the name of an HTTP header',
    ],
    [
      'a user with a colon',
      instead('kind: bearer, token', 'kind: basic, username: "a:b", password'),
      'a username holds no colon',
    ],
  ])('%s', async (_, text, expected) => {
    const problems = (await problemsOf(text)).map(shown);
    expect(problems.join('\n')).toContain(expected);
  });

  it('names every unset variable, of all targets', async () => {
    const text = `${configurationText()}
  two: { connector: plain, baseUrl: "https://two.example", auth: { kind: basic, username: u, password: { env: TWO } } }
  three: { connector: plain, baseUrl: "https://three.example", auth: { kind: header, name: X-Key, value: { env: THREE } } }`;
    expect((await problemsOf(text, { env: {} })).map((problem) => problem.message)).toEqual([
      'the environment variable TOKEN is not set',
      'the environment variable TWO is not set',
      'the environment variable THREE is not set',
    ]);
  });

  it('never holds a secret that stands where it should not', async () => {
    const secret = 'eyJhbGciOiJIUzI1NiJ9.s3cret';
    for (const text of [
      instead('{ env: TOKEN }', `{ env: ${secret} }`),
      instead('{ env: TOKEN }', `{ env: s3cret_value }`),
      instead('token: { env: TOKEN }', `${secret}: x`),
      instead('token: { env: TOKEN }', `tokn: ${secret}`),
      instead('{ env: TOKEN }', `[${secret}]`),
      instead('{ env: TOKEN }', `{ ${secret}: x }`),
      instead('kind: bearer', `kind: ${secret}`),
      instead('{ env: TOKEN }', `"\${${secret}}"`),
      instead('https://app', `https://user:${secret}@app`),
      instead('https://app', `https:// ${secret}`),
      instead('/scim/v2', `/scim/v2?key=${secret}`),
    ]) {
      const problems = await problemsOf(text);
      expect(problems.map(shown).join('\n')).not.toMatch(/s3cret|eyJ/);
    }
  });

  it('is nothing for plain http on this machine', async () => {
    for (const host of ['localhost:4100', '127.0.0.1', '127.9.8.7:80', '[::1]:4100', 'LOCALHOST']) {
      const { targets } = await load(instead('https://app.example/scim/v2', `http://${host}/scim/v2/`));
      expect(targets[0]?.baseUrl).toMatch(/^http:\/\/[^/]+\/scim\/v2$/);
    }
  });

  it('is nothing for secrets in files and from commands', async () => {
    const file = join(temporaryFolder(), 'token');
    writeFileSync(file, 'x');
    const fromFile = await load(instead('{ env: TOKEN }', `{ file: ${file} }`));
    expect(fromFile.targets[0]?.authentication).toEqual({
      kind: 'bearer',
      token: { kind: 'file', path: file },
    });
    const fromCommand = await load(instead('{ env: TOKEN }', '{ command: pass show scim }'));
    expect(fromCommand.targets[0]?.authentication).toEqual({
      kind: 'bearer',
      token: { kind: 'command', command: 'pass show scim' },
    });
  });
});
