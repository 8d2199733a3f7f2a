import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnsOf, starterConfiguration } from '../../src/configuration/index.ts';
import { load } from './support.ts';

const env = { PLAIN_API_KEY: 'x' };
const target = { connector: 'plain', baseUrl: 'https://app.example/scim/v2' };

describe('the configuration that init writes', () => {
  it('loads as it is', async () => {
    const configuration = await load(starterConfiguration(target), { env });
    expect(
      configuration.targets.map(({ name, connector, baseUrl }) => ({ name, connector, baseUrl })),
    ).toEqual([{ name: 'plain', ...target }]);
    expect(configuration.mapping.key.column).toBe('employee_id');
    expect(configuration.mapping.active.kind).toBe('words');
  });

  it('finds the columns of a header, however they are spelt', async () => {
    const columns = [
      'Employee #',
      'Work Email',
      'First Name',
      'Surname',
      'Job Title',
      'Department',
      'Supervisor ID',
      'Employment Status',
      'Teams',
      'Shoe size',
    ];
    const { mapping } = await load(starterConfiguration({ ...target, columns }), { env });
    const record = {
      'Employee #': 'E1',
      'Work Email': 'ada@example.org',
      'First Name': 'Ada',
      Surname: 'Lovelace',
      'Job Title': 'Countess',
      Department: 'Engines',
      'Supervisor ID': 'E0',
      'Employment Status': 'active',
      Teams: 'A; B',
      'Shoe size': '5',
    };
    expect(mapping.key.evaluate({ record })).toBe('E1');
    expect(mapping.attributes.evaluate({ record })).toEqual({
      externalId: 'E1',
      userName: 'ada@example.org',
      name: { givenName: 'Ada', familyName: 'Lovelace' },
      displayName: 'Ada Lovelace',
      title: 'Countess',
      emails: [{ value: 'ada@example.org', type: 'work', primary: true }],
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': {
        employeeNumber: 'E1',
        department: 'Engines',
      },
    });
    expect(mapping.manager?.evaluate({ record })).toBe('E0');
    expect(mapping.groups.map((rule) => rule.kind === 'list' && rule.from.evaluate({ record }))).toEqual([
      ['A', 'B'],
    ]);
    expect(mapping.active).toMatchObject({ kind: 'words', from: { column: 'Employment Status' } });
  });

  it('reads yes and no from a column that is a flag', async () => {
    const text = starterConfiguration({ ...target, columns: ['id', 'email', 'Is Active'] });
    const { mapping } = await load(text, { env });
    expect(mapping.active).toMatchObject({ kind: 'words', on: ['true', 'yes', 'y', '1'] });
  });

  it('says what it could not find', () => {
    const text = starterConfiguration({ ...target, columns: ['email', 'Last day'] });
    expect(text).toContain('No column looks like the number of an employee');
    expect(text).toContain('No column looks like a status');
    expect(text).toContain('record["Last day"]');
  });

  it('loads for any header and reads no column that is not in it', async () => {
    const names = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 12 })
      .filter((name) => name.isWellFormed());
    const known = fc.constantFrom(
      'Employee ID',
      'in',
      'true',
      'e-mail',
      'first_name',
      'status',
      'manager_id',
      "it's",
      '${x}',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.oneof(names, known), { minLength: 1, maxLength: 8 }),
        fc
          .string({ maxLength: 10 })
          .filter((path) => !/\0|^~|\$\{|[\uD800-\uDFFF]/.test(path) && path.trim() !== ''),
        async (columns, path) => {
          const configuration = await load(starterConfiguration({ ...target, columns, path: `./${path}` }), {
            env,
          });
          for (const column of columnsOf(configuration).keys()) expect(columns).toContain(column);
        },
      ),
      { numRuns: 200 },
    );
  });
});
