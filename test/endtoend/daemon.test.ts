import { appendFileSync, renameSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { csv, people, person } from '../support/company.ts';
import { patient } from '../support/folder.ts';
import { openPlaceWithService } from '../support/place.ts';
import { accounts, creations, journalled, requested, writes } from '../support/service.ts';

interface Line {
  readonly msg: string;
  readonly target?: string;
  readonly state?: string;
  readonly counts?: object;
}

const linesOf = (stderr: string): readonly Line[] =>
  stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

describe('the daemon', patient, () => {
  test('syncs on its schedule and when the source changes, hands over when it is killed, and ends as it is told', async (context) => {
    const place = await openPlaceWithService(context);
    const { mock } = place;
    place.people(people(3));
    place.configure({
      baseUrl: mock.url,
      source: 'watch: 0.2',
      target: 'schedule: "0 0 1 1 *"',
    });
    const first = place.start('daemon');
    await requested(mock, 'POST', 3, { answered: true });
    await first.says(/"synced"/);

    const second = place.start('daemon', '--standby', '--grace', '20s');
    await second.says(/standing by/);
    expect(await place.run('daemon')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/a daemon runs on .*rollcall\.db already: process \d+ on/) as string,
    });
    expect((await place.run('status')).stdout).toMatch(
      /daemon: process \d+ on[^]*next run: \d{4}-01-01 00:00:00/,
    );

    // A file that takes the place of the other at once, as an export should.
    place.write('people.new', csv([...people(3), person(4)]));
    renameSync(place.path('people.new'), place.path('people.csv'));
    await requested(mock, 'POST', 4, { answered: true });
    first.kill('SIGKILL');
    await first.ended;
    await second.says(/the daemon runs/);

    // From now on every second; what is in flight when it is told to end is finished.
    mock.addFault('delay=600,method=POST');
    place.configure({ baseUrl: mock.url, target: 'schedule: "* * * * * *"\nconcurrency: 1' });
    second.kill('SIGHUP');
    await second.says(/"why":"SIGHUP"/);
    appendFileSync(
      place.path('people.csv'),
      csv([person(5), person(6)])
        .split('\n')
        .slice(1)
        .join('\n'),
    );
    await requested(mock, 'POST', 5);
    second.kill('SIGTERM');
    const ended = await second.ended;
    expect(ended).toMatchObject({ code: 143, signal: null, stdout: '' });
    expect(linesOf(ended.stderr).map(({ msg }) => msg)).toContain('the daemon has ended');
    const sent = writes(mock).filter(({ method }) => method === 'POST');
    expect(sent.map(({ status }) => status)).toEqual(sent.map(() => 201));

    mock.clearFaults();
    const before = journalled(mock);
    await place.settle();
    expect(Object.keys(accounts(mock))).toHaveLength(6);
    expect(writes(mock, before)).toHaveLength(6 - sent.length);
  });

  test('switches somebody off who leaves by a file that changes in the middle of a long delivery, and goes on with it also where a file cannot be read', async (context) => {
    const place = await openPlaceWithService(context);
    const { mock } = place;
    place.people(people(3));
    place.configure({ baseUrl: mock.url, source: 'watch: 0.1', target: 'concurrency: 1' });
    await place.settle();
    const replace = (text: string): void => {
      place.write('people.new', text);
      renameSync(place.path('people.new'), place.path('people.csv'));
    };
    replace(csv(people(60)));
    mock.addFault('delay=100,method=POST');
    const daemon = place.start('daemon');
    await requested(mock, 'POST', 5);
    replace(csv([person(0, { status: 'left' }), ...people(60).slice(1)]));
    await requested(mock, 'PATCH', 1, { answered: true });
    const atLeave = creations(mock).size;
    expect(atLeave).toBeLessThan(50);
    await requested(mock, 'POST', atLeave + 3);
    // Of a file that is none, nothing is known, and what was released before goes on.
    replace('');
    await daemon.says(/a run failed/);
    mock.clearFaults();
    await requested(mock, 'POST', 60, { answered: true });
    daemon.kill('SIGTERM');
    await daemon.ended;
    expect(new Set(creations(mock).values())).toEqual(new Set([1]));
    expect(Object.values(accounts(mock)).filter((isOn) => !isOn)).toHaveLength(1);
  });

  test('goes on with what a target has left, without a schedule and without another change, as soon as it is resumed', async (context) => {
    const place = await openPlaceWithService(context);
    const { mock } = place;
    place.people(people(3));
    place.configure({ baseUrl: mock.url, source: 'watch: 0.1' });
    await place.settle();
    expect(await place.run('pause', 'app')).toMatchObject({ code: 0 });
    place.people([person(0, { status: 'left' }), ...people(3).slice(1)]);
    const daemon = place.start('daemon');
    await daemon.says(/"synced"/);
    expect(Object.values(accounts(mock))).toEqual([true, true, true]);
    expect((await place.run('resume', 'app')).code).toBe(0);
    await requested(mock, 'PATCH', 1, { answered: true });
    daemon.kill('SIGTERM');
    await daemon.ended;
    expect(Object.values(accounts(mock)).filter((isOn) => !isOn)).toHaveLength(1);
  });
});
