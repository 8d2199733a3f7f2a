import { describe, expect, test } from 'vitest';
import { people, person } from '../support/company.ts';
import { patient } from '../support/folder.ts';
import { openPlace, openPlaceWithService } from '../support/place.ts';
import { accounts, writes } from '../support/service.ts';

describe.concurrent('what a script reads', patient, () => {
  test('is one JSON document in every case of error and of success', async (context) => {
    const place = await openPlaceWithService(context);
    place.people([...people(2), person(3, { status: 'who knows' })]);
    place.write('broken.yaml', 'source: [');
    const expected: readonly (readonly [code: number, ...args: string[]])[] = [
      [0, 'plan'],
      [2, 'plan', '--exit-code'],
      [0, 'check'],
      [0, 'check', '--offline'],
      [0, 'status'],
      [0, 'sync'],
      [0, 'status'],
      [0, 'approve', 'app', 'abcdef01'.repeat(8)],
      [0, 'schema'],
      [0, 'mock', '--list'],
      [0, 'mock', '--fault', 'help'],
      [1, 'plan', 'nobody'],
      [1, 'sync', '--wait', 'long'],
      [1, 'sync', '--plan', 'nothing.ndjson'],
      [1, 'plan', '--out', 'no/such/folder.ndjson'],
      [1, 'approve', 'app', 'abc'],
      [1, 'approve', 'app', 'abcdefabcdef'],
      [1, 'approve', 'nobody', 'abcdefabcdef'],
      [1, 'approve', 'app', 'abcdefabcdef', '--only', 'nothing'],
      [1, 'approve', 'app'],
      [1, 'rekey', 'P0001', 'P0001'],
      [1, 'mock', '--port', 'http'],
      [1, 'mock', '--port', '0', '--fault', 'staus=500'],
      [1, 'status', '--config', 'broken.yaml'],
      [1, 'plan', '--config', 'nowhere.yaml'],
      [1, 'plan', '--nonsense'],
      [1, 'plann'],
      [1, '--log-level', 'loud', 'plan'],
      [1],
    ];
    // What comes before a sync is run before it, and the rest beside each other.
    const ended = [];
    for (const [, ...args] of expected.slice(0, 7)) ended.push(await place.run(...args, '--json'));
    ended.push(...(await Promise.all(expected.slice(7).map(([, ...args]) => place.run(...args, '--json')))));
    for (const [index, [code, ...args]] of expected.entries()) {
      const line = `rollcall ${args.join(' ')} --json`;
      expect(ended[index]!.code, `${line}\n${ended[index]!.stderr}`).toBe(code);
      const document = ended[index]!.json();
      if (code === 1)
        expect(document, line).toEqual({
          error: expect.objectContaining({
            code: expect.any(String) as string,
            message: expect.stringMatching(/\S/) as string,
            problems: expect.arrayContaining([
              expect.objectContaining({ message: expect.stringMatching(/\S/) as string }),
            ]) as unknown[],
          }) as object,
        });
      else expect(document, line).not.toHaveProperty('error');
    }
  });

  test('of an error has all that is wrong, and what to do about it', async (context) => {
    const place = await openPlaceWithService(context, { target: 'assing: x\nmdoe: full' });
    place.people(people(1));
    const [faults, guess, none] = await Promise.all([
      place.run('plan', '--json'),
      place.run('plann', '--json'),
      place.run('plan', '--config', 'nowhere.yaml', '--json'),
    ]);
    const { error } = faults.json<{
      error: { message: string; hint: string; problems: { hint: string }[] };
    }>();
    expect(error).toMatchObject({ code: 'configuration', hint: 'did you mean assign?' });
    expect(error.problems.map(({ hint }) => hint)).toEqual(['did you mean assign?', 'did you mean mode?']);
    expect(error.message.split('\n')).toHaveLength(2);
    expect(guess.json()).toMatchObject({
      error: { code: 'usage', message: "unknown command 'plann'", hint: 'Did you mean plan?' },
    });
    expect(none.json()).toMatchObject({
      error: { hint: expect.stringContaining('`rollcall init --config nowhere.yaml` writes one') as string },
    });
  });

  test.for(['sync', 'plan', 'check'])(
    'of a %s that reached no target has the error and the targets',
    async (command, context) => {
      const place = await openPlaceWithService(context);
      place.people(people(1));
      const ended = await place.runWith({ env: { APP_TOKEN: 'wrong' } }, command, '--json');
      expect(ended.code).toBe(1);
      const document = ended.json<Record<'error' | 'targets' | 'connections', object>>();
      expect(document.error).toMatchObject({
        code: 'unauthorised',
        message: expect.stringContaining('401') as string,
        locus: { path: 'targets.app' },
        problems: [{ locus: { path: 'targets.app' } }],
      });
      if (command === 'check') expect(document.connections).toMatchObject([{ name: 'app', ok: false }]);
      else
        expect(document.targets).toMatchObject({ app: { state: 'failed', error: { code: 'unauthorised' } } });
    },
  );

  test('ends with 1 and a sentence where a command or an option does not exist', async (context) => {
    const place = openPlace(context);
    const [command, option, value, none] = await Promise.all([
      place.run('snyc'),
      place.run('sync', '--wiat', '5s'),
      place.run('sync', '--wait', 'soon'),
      place.run(),
    ]);
    expect(command).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(
        /unknown command 'snyc'\n\(Did you mean sync\?\)\n +`rollcall --help` says what there is\n/,
      ) as string,
    });
    expect(option).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(
        /unknown option '--wiat'\n\(Did you mean --wait\?\)\n +`rollcall sync --help` says what it takes\n/,
      ) as string,
    });
    expect(value).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/--wait soon is no length of time/) as string,
    });
    expect(none).toMatchObject({ code: 1, stderr: expect.stringMatching(/Usage: rollcall/) as string });
  });
});

describe.concurrent('colour', patient, () => {
  test('is for terminals, and for nobody who does not want it', async (context) => {
    const place = await openPlaceWithService(context);
    place.people(people(1));
    const escape = String.fromCharCode(27);
    const plan = (env: Record<string, string>, ...args: string[]) => place.runWith({ env }, 'plan', ...args);
    const [piped, forced, refused, declined] = await Promise.all([
      plan({}),
      plan({ FORCE_COLOR: '1' }),
      plan({ FORCE_COLOR: '1', NO_COLOR: '1' }),
      plan({ FORCE_COLOR: '1' }, '--no-color'),
    ]);
    expect(piped.stdout).not.toContain(escape);
    expect(forced.stdout).toContain(escape);
    expect(refused.stdout).not.toContain(escape);
    expect(declined.stdout).not.toContain(escape);
  });

  test('and control characters in the file of people reach no terminal', async (context) => {
    const place = await openPlaceWithService(context);
    place.people([
      person(1, { first: '\u001b[2Jgone', last: '\u202egpj.exe' }),
      person(2, { status: '\u001b]0;title\u0007' }),
      person(3, { id: '\u001b[31mP3', status: 'on\nanother line' }),
    ]);
    const ended = await place.run('plan');
    expect(ended.code).toBe(0);
    expect(ended.stdout).toMatch(/ \[2Jgone/);
    expect(ended.stdout + ended.stderr).not.toMatch(/[\u001b\u0007\u202e]/);
  });
});

describe.concurrent('a reader who stops reading', patient, () => {
  test('ends a plan quietly', async (context) => {
    const place = await openPlaceWithService(context);
    place.people(people(3000));
    const running = place.start('plan', '--all');
    await running.says(/create/);
    running.closeStdout();
    expect(await running.ended).toMatchObject({ code: 0, signal: null, stderr: '' });

    for (const args of [['plan', '--all'], ['plan', '--json'], ['--help']]) {
      const head = await place.runWith({ shell: '"$@" | head -c 6' }, ...args);
      expect(head).toMatchObject({ stdout: expect.stringMatching(/^.{6}$/) as string, stderr: '' });
    }
  });

  test('keeps nobody from being synced', async (context) => {
    const place = await openPlaceWithService(context);
    const company = people(300);
    place.people(company);
    place.mock.addFault('delay=3,method=POST');
    const ended = await place.runWith({ shell: '"$@" | head -1' }, 'sync', '--all');
    expect(ended.stderr).toBe('');
    expect(Object.keys(accounts(place.mock))).toHaveLength(300);
    expect((await place.run('plan', '--exit-code')).code).toBe(0);
  });

  test('and a disk that is full tear nobody from the work; the failure is said', async (context) => {
    const place = await openPlaceWithService(context);
    place.people(people(3));
    const full = await place.runWith({ shell: '"$@" > /dev/full' }, 'plan');
    expect(full.code).toBe(4);
    expect(full.stderr).toMatch(/^error: what there was to say could not be written: ENOSPC.*\n.*\n$/);
    for (const words of [['--help'], ['sync', '--help'], ['--version']]) {
      const help = await place.runWith({ shell: '"$@" > /dev/full' }, ...words);
      expect([words, help.code]).toEqual([words, 1]);
      expect(help.stderr).toMatch(/^error: what there was to say could not be written: ENOSPC.*\n$/);
    }
    const sync = await place.runWith({ shell: '"$@" > /dev/full' }, 'sync');
    expect(sync.code).toBe(4);
    expect(sync.stderr).toMatch(/could not be written.*\n.*the work itself is done/);
    expect(Object.values(accounts(place.mock))).toEqual([true, true, true]);
    place.people(people(2));
    const unheard = await place.runWith({ shell: '"$@" 2> /dev/full' }, 'sync', '--log-level', 'debug');
    expect(unheard.code).toBe(0);
    const alone = await place.runWith({ shell: '"$@" >&- 2>&-' }, 'sync');
    expect(alone.code).toBe(0);
    expect(Object.values(accounts(place.mock))).toEqual([true, true, false]);
    expect(writes(place.mock)).toHaveLength(4);
  });
});
