import { existsSync, readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { ask } from '../../src/cli/questions.ts';
import { patient } from '../support/folder.ts';
import { openPlace } from '../support/place.ts';

const target = ['--base-url', 'https://app.example/scim/v2', '--token-env', 'APP_TOKEN'];

describe.concurrent('the configuration that init writes', patient, () => {
  test('reads the file as the options say, and passes the check', async (context) => {
    const place = openPlace(context);
    const text = 'Personalnummer;Größe;E-Mail\n1;2;ada@example.org\n';
    place.write('people.csv', Buffer.from(text, 'latin1'));
    const refused = await place.run('init', '--csv', 'people.csv', ...target);
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('--encoding windows-1252') as string,
    });
    expect(existsSync(place.path('rollcall.yaml'))).toBe(false);

    const options = ['--encoding', 'windows-1252', '--delimiter', ';'];
    const written = await place.run('init', '--csv', 'people.csv', ...options, ...target);
    expect(written).toMatchObject({
      code: 0,
      stdout: 'rollcall.yaml is written. Look through it, then: rollcall check\n',
    });
    const configuration = readFileSync(place.path('rollcall.yaml'), 'utf8');
    expect(configuration).toMatch(
      /\n {2}path: \.\/people\.csv\n {2}delimiter: ';'\n {2}encoding: windows-1252\n/,
    );
    expect(configuration).toContain('key: ${record.Personalnummer}');
    expect((await place.run('check', '--offline')).code).toBe(0);
  });

  test('takes what the file is from its name, and its options from it', async (context) => {
    const place = openPlace(context);
    place.write(
      'people.json',
      '{"value":[{"id":"1","userPrincipalName":"a@example.org","accountEnabled":true}]}',
    );
    expect((await place.run('init', '--people', 'people.json', ...target)).code).toBe(0);
    expect(readFileSync(place.path('rollcall.yaml'), 'utf8')).toContain('  preset: entra #');
    expect((await place.run('check', '--offline')).code).toBe(0);
    const both = await place.run('init', '--people', 'a', '--csv', 'b', '--force', ...target);
    expect(both).toMatchObject({ code: 1, stderr: expect.stringContaining('give one of them') as string });
  });

  test('marks the key where no column looks like one, and says so', async (context) => {
    const place = openPlace(context);
    place.write('people.csv', 'Mail,Name\nada@example.org,Ada\n');
    const written = await place.run('init', '--csv', 'people.csv', '--config', 'other.yaml', ...target);
    expect(written.code).toBe(0);
    expect(written.stdout).toMatch(
      /marked with CHOOSE:\n {2}! no column looks like a key, so Mail stands in/,
    );
    expect(written.stdout).toContain('then: rollcall check --config other.yaml\n');
    expect(readFileSync(place.path('other.yaml'), 'utf8')).toMatch(
      /# CHOOSE: .*\n.*\n {2}key: \$\{record\.Mail\}\n/,
    );
    expect((await place.run('check', '--offline', '--config', 'other.yaml')).code).toBe(0);
    const json = await place.run('init', '--csv', 'people.csv', '--json', ...target);
    expect(json.json()).toMatchObject({ choices: [expect.stringContaining('no column looks like a key')] });
  });

  test('is not written for a header alone, a base URL that is none, or a delimiter that is a word', async (context) => {
    const place = openPlace(context);
    place.write('people.csv', 'id,email\n');
    place.write('one.csv', 'id,email\n1,a@example.org\n');
    const [header, url, word, missing] = await Promise.all([
      place.run('init', '--csv', 'people.csv'),
      place.run('init', '--csv', 'one.csv', '--base-url', 'app.example'),
      place.run('init', '--csv', 'one.csv', '--delimiter', 'comma'),
      place.run('init', '--csv', 'none.csv'),
    ]);
    expect(header.stderr).toMatch(
      /people\.csv: the file has a header and no row under it.*\n.*leave --csv out/,
    );
    expect(url.stderr).toMatch(/the base URL: this is no URL\n.*https:\/\//);
    expect(word.stderr).toMatch(/--delimiter comma: a delimiter is one character, tab or auto/);
    expect(missing.stderr).toMatch(/none\.csv: .*no such file\n.*--csv/);
    for (const { code } of [header, url, word, missing]) expect(code).toBe(1);
    expect(existsSync(place.path('rollcall.yaml'))).toBe(false);
  });
});

describe('questions', () => {
  const asked = (typed: string | undefined) => {
    const input = new PassThrough();
    const answers = ask(['one? ', 'two? '], input, new PassThrough(), true);
    if (typed === undefined) input.end();
    else input.write(typed);
    return answers;
  };

  test('are answered line by line', async () => {
    expect(await asked(' a \nb\n')).toEqual(['a', 'b']);
  });

  test.each([
    ['Ctrl-C', 'a\n\u0003'],
    ['Ctrl-D', '\u0004'],
    ['the end of the input', undefined],
  ])('end without an answer upon %s', async (_, typed) => {
    expect(await asked(typed)).toBeUndefined();
  });
});
