import anyAscii from 'any-ascii';
import { describe, expect, it } from 'vitest';
import { compileTemplate, createLanguage } from '../../src/configuration/index.ts';
import type { TemplateOptions } from '../../src/configuration/index.ts';
import { ENTERPRISE, EvaluationError } from '../../src/model/index.ts';
import type { Problem, Scope, Template } from '../../src/model/index.ts';

let now = Date.UTC(2026, 2, 1, 23, 30);
const language = createLanguage({
  timeZone: 'Europe/Berlin',
  clock: () => now,
  record: 'text',
  transliterate: anyAscii,
});
const json = createLanguage({ timeZone: 'UTC', clock: () => now, record: 'any' });
const lists = createLanguage({ timeZone: 'UTC', clock: () => now, record: 'lists' });

const scope: Scope = {
  record: {
    name: '  Zoe\u0308 ',
    empty: '',
    blank: ' \t',
    email: 'Ada.Lovelace@Example.com',
    groups: 'Engineers; ;Board ',
    age: '36',
    born: '10/12/1815',
    status: ' active ',
    'first name': 'Ada',
  },
  identity: {
    key: 'E1',
    active: true,
    userName: 'ada',
    name: { givenName: 'Ada' },
    [ENTERPRISE]: { department: 'Engineering' },
  },
  groups: ['Engineers'],
};

type Wants = TemplateOptions['wants'];
const everything = ['record', 'identity', 'groups'] as const;

function compile(
  text: string,
  wants: Wants = 'text',
  options: Partial<TemplateOptions> = {},
): { readonly template?: Template; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const place = {
    path: 'identity.title',
    locus: { file: 'rollcall.yaml', line: 7, column: 10 },
    at: (offset: number) => ({ file: 'rollcall.yaml', line: 7, column: 10 + offset }),
  };
  const template = compileTemplate(
    text,
    place,
    { language, variables: everything, wants, ...options },
    (problem) => problems.push(problem),
  );
  return { problems, ...(template && { template }) };
}

function evaluate(text: string, wants: Wants = 'text', options: Partial<TemplateOptions> = {}): unknown {
  const { template, problems } = compile(text, wants, options);
  if (!template) throw new Error(problems.map((problem) => problem.message).join('\n'));
  return template.evaluate(scope);
}

describe('a value of the configuration', () => {
  it('names another person by a key that is a whole number, as JSON may write it', () => {
    const reference = (value: unknown) =>
      compile('${ref(record.boss)}', 'text', {
        reference: true,
        language: createLanguage({ timeZone: 'UTC', clock: () => 0, record: 'any' }),
      }).template?.evaluate({ record: { boss: value } });
    expect(reference(1042)).toBe('1042');
    expect(reference('1042')).toBe('1042');
    expect(reference(null)).toBeUndefined();
    expect(() => reference(1.5)).toThrow('ref met a number that is not whole');
    expect(() => reference(2 ** 53)).toThrow('too large to be exact');
  });

  it.each<[string, unknown, Wants?]>([
    ['plain', 'plain'],
    ['  plain  ', 'plain'],
    ['', undefined],
    ['${record.name}', 'Zoë'],
    ['${record.empty}', undefined],
    ['${record.blank}', undefined],
    ['${record["first name"]}', 'Ada'],
    ['Dr ${record.empty} ${record.name}', 'Dr  Zoë'],
    ['${record.empty}${record.blank}', undefined],
    ['$${record.name} of ${record.age}', '${record.name} of 36'],
    ['age ${int(record.age) + 1}, ${true}, ${1.5}', 'age 37, true, 1.5'],
    ['${record.age}\n', '36'],
    ['${lower(record.email)}', 'ada.lovelace@example.com'],
    ['${upper(record.name)}', 'ZOË'],
    ['${capitalise("ada byron")}', 'Ada byron'],
    ['${title("ANNE-MARIE o\'neil")}', "Anne-Marie O'Neil"],
    ['${title("it\'s žofie")}', "It's Žofie"],
    ['${collapse("  a \t b ")}', 'a b'],
    ['${truncate("😀😀😀", 2)}', '😀😀'],
    ['${replace(record.email, "@", "$&")}', 'Ada.Lovelace$&Example.com'],
    ['${ascii("Łukasz Žofie 山田")}', 'Lukasz Zofie ShanTian'],
    ['${default(record.blank, "none")}', 'none'],
    ['${default(get(record, "missing"), record.age)}', '36'],
    ['${get(record, "missing")}', undefined],
    ['${lower(get(record, "missing"))}', undefined],
    ['${get(get(record, "missing"), "below")}', undefined],
    ['${record.age == "36" ? none() : "x"}', undefined],
    ['${first(split(record.groups, ";"))}', 'Engineers'],
    ['${first([])}', undefined],
    ['${join(["a", "", none(), "b"], "-")}', 'a-b'],
    ['${parseDate(record.born, "DD/MM/YYYY")}', '1815-12-10'],
    ['${parseDate(record.empty, "DD/MM/YYYY")}', undefined],
    ['${formatDate("2026-03-01", "D MMM YYYY")}', '1 Mar 2026'],
    ['${addDays("2026-02-28", 1)}', '2026-03-01'],
    ['${today()}', '2026-03-02'],
    ['${now()}', '2026-03-01T23:30:00Z'],
    ['${daysBetween("2026-01-01", today()) > 30}', true, 'boolean'],
    ['${record.status == "active"}', true, 'boolean'],
    ['${record.email.matches("(?i)^ada")}', true, 'boolean'],
    ['${matches(get(record, "missing"), "a")}', false, 'boolean'],
    ['${["x"].exists(one, one.matches("^x$"))}', true, 'boolean'],
    ['${split(record.groups, ";")}', ['Engineers', 'Board'], 'list'],
    ['${record.groups.split(";")}', ['Engineers', 'Board'], 'list'],
    ['${split(get(record, "missing"), ";")}', [], 'list'],
    ['${int(record.age)}', 36, 'json'],
    ['${ {"value": record.name, "type": none(), "list": [none(), 1]} }', { value: 'Zoë', list: [1] }, 'json'],
    ['${identity.userName}', 'ada'],
    ['${identity.key}', 'E1'],
    ['${identity.title == ""}', true, 'boolean'],
    ['${has(identity.title)}', false, 'boolean'],
    ['${has(identity.name.familyName)}', false, 'boolean'],
    ['${has(identity.name.givenName)}', true, 'boolean'],
    ['${identity.name.givenName + "|" + identity.name.familyName}', 'Ada|'],
    ['${identity.enterprise.department}', 'Engineering'],
    ['${get(identity, "userName")}', 'ada'],
    ['${size(identity.emails) == 0}', true, 'boolean'],
    ['${"Engineers" in groups && identity.active}', true, 'boolean'],
    ['${has(record.missing) ? record.missing : "no"}', 'no'],
  ])('%s gives %o', (text, value, wants = 'text') => {
    expect(evaluate(text, wants)).toEqual(value);
  });

  it('says what it reads', () => {
    expect(compile('${record.a + record["b c"]} ${record.a}').template).toMatchObject({
      columns: ['a', 'b c'],
      variables: ['record'],
      readsClock: false,
    });
    expect(compile('${get(record, "a")}${has(record.b) ? record.b : ""}').template?.columns).toEqual([]);
    expect(compile('${today() > record.a}', 'boolean').template?.readsClock).toBe(true);
    expect(compile('${"x" in groups && identity.active}', 'boolean').template?.variables).toEqual([
      'groups',
      'identity',
    ]);
  });

  it('is known as a column only where it is nothing else', () => {
    expect(compile('${record.a}').template?.column).toBe('a');
    expect(compile('${record["a b"]}').template?.column).toBe('a b');
    expect(compile(' ${ record.a } ').template?.column).toBe('a');
    expect(compile('${record.a}!').template?.column).toBeUndefined();
    expect(compile('${lower(record.a)}').template?.column).toBeUndefined();
  });

  it('reads the clock that was passed in, at each evaluation', () => {
    const { template } = compile('${today()}');
    const before = template?.evaluate(scope);
    now += 86_400_000;
    const after = template?.evaluate(scope);
    now -= 86_400_000;
    expect([before, after]).toEqual(['2026-03-02', '2026-03-03']);
  });

  it('keeps a password as it stands', () => {
    const record = { password: ' e\u0301 \u00a0' };
    const { template } = compile('${record.password}', 'text', { secret: true });
    expect(template?.evaluate({ record })).toBe(record.password);
    const joined = compile('${record.password}!', 'text', { secret: true }).template;
    expect(joined?.evaluate({ record })).toBe(`${record.password}!`);
    expect(template?.evaluate({ record: { password: '' } })).toBeUndefined();
  });

  it('reads the fields of JSON with the type that they have', () => {
    const { template } = compile('${record.tags[0].name}', 'text', { language: json });
    expect(template?.evaluate({ record: { tags: [{ name: 'x' }] } })).toBe('x');
    const age = compile('${record.age}', 'text', { language: json }).template;
    expect(age?.evaluate({ record: { age: 36 } })).toBe('36');
    expect(age?.evaluate({ record: { age: true } })).toBe('true');
    expect(age?.evaluate({ record: { age: null } })).toBeUndefined();
    for (const misfit of [36.5, 2 ** 53])
      expect(() => age?.evaluate({ record: { age: misfit } })).toThrow('gives a number where text is needed');
  });

  describe('of a directory', () => {
    const entry = { dn: 'uid=a', mail: [' a@x ', 'b@x'], cn: ['', 'A'] };
    const from = (text: string, wants: 'text' | 'list' | 'condition' = 'text', secret = false) => {
      const { template, problems } = compile(text, wants, { language: lists, secret });
      expect(problems).toEqual([]);
      return template!;
    };

    it('knows which element of which list it is', () => {
      expect(from('${record.mail[0]}')).toMatchObject({ column: 'mail', element: 'first' });
      expect(from("${ record['mail'][0] }")).toMatchObject({ column: 'mail', element: 'first' });
      expect(from('${first(record.mail)}')).toMatchObject({ column: 'mail', element: 'first filled' });
      expect(from('${record.dn}').element).toBeUndefined();
      for (const other of ['${record.mail[1]}', '${first(record.mail + record.cn)}', 'x${record.mail[0]}'])
        expect(from(other).column).toBeUndefined();
    });

    it('gives the first value, or the first that is more than white space', () => {
      expect(from('${record.mail[0]}').evaluate({ record: entry })).toBe('a@x');
      expect(from('${first(record.mail)}').evaluate({ record: entry })).toBe('a@x');
      expect(from('${record.cn[0]}').evaluate({ record: entry })).toBeUndefined();
      expect(from('${first(record.cn)}').evaluate({ record: entry })).toBe('A');
      expect(from('${record.mail[0] == "a@x"}', 'condition').evaluate({ record: entry })).toBe(true);
    });

    it('takes an attribute that is not there for an empty list, unless it asks whether it is there', () => {
      expect(from('${record.sn}', 'list').evaluate({ record: entry })).toEqual([]);
      expect(from('${first(record.sn)}').evaluate({ record: entry })).toBeUndefined();
      expect(from('${first(record.sn)}', 'text', true).evaluate({ record: entry })).toBeUndefined();
      expect(() => from('${record.sn[0]}').evaluate({ record: entry })).toThrow('beyond the end');
      const asking = from('${has(record.sn) ? record.sn[0] : "-"}');
      expect(asking.evaluate({ record: entry })).toBe('-');
      expect(asking).toMatchObject({ columns: [], asked: ['sn'] });
      expect(from('${first(get(record, "sn"))}')).toMatchObject({ columns: [], asked: ['sn'] });
    });
  });

  it('gives new objects each time, so that nobody shares them by mistake', () => {
    const { template } = compile('${ [{"value": "x"}] }', 'values');
    const one = template?.evaluate(scope);
    expect(one).toEqual([{ value: 'x' }]);
    expect(template?.evaluate(scope)).not.toBe(one);
  });
});

describe('an expression that cannot be right is refused with its place', () => {
  it.each<[string, string, number, Wants?, string?]>([
    ['${lower(record.name}', 'expected ), got the end of the expression', 19],
    ['${record.name = "x"}', 'unexpected character: =', 14, 'boolean', 'equality is written =='],
    ['Dr ${ }', 'there is no expression', 5],
    ['Dr ${record.name', '${ is not closed', 3],
    ['${recrod.name}', 'recrod is not known', 2, 'text', 'did you mean record?'],
    ['${employee_id}', 'employee_id is not known', 2, 'text', 'a column is written record.employee_id'],
    ['${lowr(record.name)}', 'there is no function lowr', 2, 'text', 'did you mean lower?'],
    ['${record.name.lower()}', 'lower is not called this way', 2, 'text', 'write lower(…)'],
    ['${lower(1)}', "there is no 'lower(int)'", 2, 'text', 'there is lower(string): string'],
    ['${record.name + 1}', 'there is no string + int', 14],
    ['${record.age == 36}', 'there is no string == int', 13, 'boolean'],
    ['${record.age == "1" ? "x" : null}', 'ternary branches', 2, 'text', 'none() stands for'],
    ['${int(record.age)}', 'gives int where text is needed', 2],
    ['${record.groups}', 'gives string where a list is needed', 2, 'list'],
    ['${record.age}', 'gives string where true or false is needed', 2, 'boolean'],
    ['a ${record} b', 'gives a map, which cannot stand inside text', 4],
    ['${b"x"}', 'gives bytes, which has no form in JSON', 2, 'json'],
    ['${duration("1h")}', 'gives duration, which has no form in JSON', 2, 'json'],
    ['Engineers', 'this is plain text, and true or false belongs here', 0, 'boolean'],
    ['${record.name.matches("(a+")}', 'there is a ( without its )', 22, 'boolean'],
    ['${record.name.matches(record.age)}', 'the pattern of matches is written out', 29, 'boolean'],
    ['${parseDate(record.born, "dd/mm/yy")}', 'a date pattern is made of', 25],
    ['${identity.tilte}', 'an identity has no attribute tilte', 11, 'text', 'did you mean title?'],
    ['${identity.name.first}', 'an identity has no attribute first', 16],
    ['${ref(record.name)}', 'only enterprise.manager holds one', 2],
    ['${[1].map(record, record)}', 'record is a name that every expression knows', 10, 'json'],
    [`\${${'('.repeat(200)}1${')'.repeat(200)}}`, 'exceeded', 52, 'json'],
    [`\${${'1+'.repeat(3000)}1}`, 'exceeded', 0, 'json'],
  ])('%s', (text, message, offset, wants = 'text', hint) => {
    const { template, problems } = compile(text, wants);
    expect(template).toBeUndefined();
    expect(problems).toHaveLength(1);
    expect(problems[0]?.message).toContain(message);
    if (offset > 0) expect(problems[0]?.locus?.column).toBe(10 + offset);
    if (hint !== undefined) expect(problems[0]?.hint).toContain(hint);
  });

  it('is shown with a mark under the place', () => {
    const { problems } = compile('${record.name +\n\tint(record.age)}');
    expect(problems[0]?.message).toBe('there is no string + int\n    ${record.name +\n                  ^');
    const long = compile(`\${${'lower('.repeat(20)}x${')'.repeat(20)}}`).problems[0]?.message ?? '';
    const [, line = '', mark = ''] = long.split('\n');
    expect(line[mark.indexOf('^')]).toBe('x');
  });

  it('sees only the variables of its place', () => {
    const { problems } = compile('${identity.userName}', 'text', { variables: ['record'] });
    expect(problems[0]?.message).toContain('identity is not known here');
    expect(problems[0]?.hint).toBe('an expression here sees record');
  });

  it('keeps the text of a password to itself', () => {
    const { problems } = compile('${"hunter2" + 1}', 'text', { secret: true });
    expect(JSON.stringify(problems)).not.toContain('hunter2');
  });
});

describe('an expression that fails on a record', () => {
  const value = 'value-of-the-record';
  const failing: Scope = { record: { text: value, ages: '7', constructor: undefined } };

  it.each<[string, string, Wants?]>([
    ['${record.missing}', 'record has no field missing'],
    ['${record.toString}', 'record has no field toString'],
    ['${record[record.text]}', 'there is no field of the name that it looks for'],
    ['${int(record.text)}', 'the value is a string, and cannot be turned into an int', 'json'],
    ['${bool(record.text)}', 'the value is a string, and cannot be turned into a bool', 'boolean'],
    ['${string(duration(record.text))}', 'found no'],
    ['${timestamp(record.text)}', 'the value is no time of the form'],
    ['${parseDate(record.text, "DD/MM/YYYY")}', 'no date of the form DD/MM/YYYY'],
    ['${daysBetween(record.text, "2026-01-01") > 1}', 'daysBetween met text that is no date', 'boolean'],
    ['${dyn(record.text) + 1}', 'there is no string + int', 'json'],
    ['${dyn(record.text) ? 1 : 2}', "got 'string'", 'json'],
    ['${record.text.substring(0, 99)}', 'the index is beyond the end'],
    ['${record.text.split("-")[9]}', 'the index is beyond the end'],
    ['${1 / int(record.ages) / 0}', 'it divides by zero', 'json'],
    ['${9223372036854775807 - int(record.ages)}', 'beyond 2^53', 'json'],
    ['${double("inf")}', 'infinite', 'json'],
    ['${dyn(1)}', 'gives a whole number where text is needed'],
    ['${dyn("x")}', 'gives text where true or false is needed', 'boolean'],
    ['${get(record, "none")}', 'gives nothing where true or false is needed', 'condition'],
    ['${dyn("x")}', 'gives text where a list is needed', 'list'],
    ['${"😀".substring(0, 1)}', 'cut in the middle of a character'],
    ['a ${dyn([1])}', 'gives a list, which cannot stand inside text'],
  ])('%s says so, and nothing of the value', (text, message, wants = 'text') => {
    const { template, problems } = compile(text, wants);
    if (!template) {
      expect(problems[0]?.message).toContain("there is no 'string(google.protobuf.Duration)'");
      return;
    }
    let thrown: unknown;
    try {
      template.evaluate(failing);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(EvaluationError);
    const error = thrown as EvaluationError;
    expect(error.message).toContain(message);
    expect(error.message).toContain('identity.title');
    expect(error.message).toContain(text);
    expect(error.cause).toBeUndefined();
    expect(error.message.replaceAll(text, '')).not.toContain(value);
  });

  it('does not name the expression of a password', () => {
    const { template } = compile('${record.missing + "hunter2"}', 'text', { secret: true });
    expect(() => template?.evaluate(failing)).toThrow(EvaluationError);
    expect(() => template?.evaluate(failing)).not.toThrow('hunter2');
  });
});
