import { describe, expect, test } from 'vitest';
import { loadParser } from '../../src/configuration/schedule.ts';
import { Agenda } from '../../src/daemon/agenda.ts';
import type { Job } from '../../src/daemon/agenda.ts';
import type { Schedule, TargetConfiguration } from '../../src/model/index.ts';
import { jitterOf } from '../../src/planning/schedule.ts';
import { targetWith } from '../engine/company.ts';

const parse = await loadParser();
const minute = 60_000;
const hour = 60 * minute;
const midnight = Date.UTC(2026, 0, 5);

const target = (name: string, text?: string, part: Partial<TargetConfiguration> = {}): TargetConfiguration =>
  targetWith({ name, ...(text !== undefined && { schedule: parse(text) as Schedule }), ...part });
const quarter = '*/15 * * * *';

function agendaOf(targets: readonly TargetConfiguration[], since = midnight, zone = 'UTC'): Agenda {
  const agenda = new Agenda();
  agenda.keep({ targets, zone }, () => since);
  return agenda;
}

const told = (jobs: readonly Job[]): readonly string[] =>
  jobs.map(({ work, targets }) => `${work} ${targets.join()}`);

/** What is taken up between two times, each job being done at once. */
function walk(agenda: Agenda, from: number, to: number): readonly string[] {
  const seen: string[] = [];
  for (let at = from; at < to; at = Math.max(agenda.nextAt(), at + 1)) {
    for (const job of agenda.take(at)) {
      seen.push(`${new Date(at).toISOString().slice(8, 16)} ${told([job])[0]}`);
      agenda.done(job);
    }
  }
  return seen;
}

describe('an agenda', () => {
  test('puts targets that are due at one time into one job, and leaves out those without a schedule', () => {
    const agenda = agendaOf([target('a', quarter), target('b'), target('c', '*/30 * * * *')]);
    expect(agenda.take(midnight)).toEqual([]);
    expect(walk(agenda, midnight + 1, midnight + 46 * minute)).toEqual([
      '05T00:15 sync a',
      '05T00:30 sync a,c',
      '05T00:45 sync a',
    ]);
  });

  test('lets a target do one thing at a time, and remembers once what falls due meanwhile', () => {
    const agenda = agendaOf([target('a', quarter), target('b', quarter)]);
    const [first] = agenda.take(midnight + 15 * minute);
    expect(first!.targets).toEqual(['a', 'b']);
    for (let at = 16; at < 60; at++) expect(agenda.take(midnight + at * minute)).toEqual([]);
    agenda.done(first!, ['a', 'b']);
    expect(told(agenda.take(midnight + 59 * minute))).toEqual(['sync a,b']);
    expect(agenda.take(midnight + 59 * minute)).toEqual([]);
    expect(agenda.nextAt()).toBe(midnight + hour);
  });

  test('does not let one target wait for another', () => {
    const agenda = agendaOf([target('slow', quarter), target('quick', '*/5 * * * *')]);
    const [both] = agenda.take(midnight + 15 * minute);
    agenda.done(both!, ['quick']);
    const [quick] = agenda.take(midnight + 20 * minute);
    expect(told([quick!])).toEqual(['sync quick']);
    agenda.planned(quick!, midnight + 20 * minute);
    // The end of the job that both began with frees what is still its own.
    agenda.done(both!);
    const [slow] = agenda.take(midnight + 30 * minute);
    expect(told([slow!])).toEqual(['sync slow']);
    agenda.planned(slow!, midnight + 30 * minute);
    agenda.done(quick!);
    expect(told(agenda.take(midnight + 30 * minute))).toEqual(['sync quick']);
  });

  test('lets nobody read the source beside a sync that reads it, and puts into one job who waits for that', () => {
    const targets = ['a', 'b', 'c'].map((name) => target(name, quarter));
    const agenda = agendaOf(targets);
    agenda.ask(['a'], 'sync', midnight);
    const [first] = agenda.take(midnight);
    agenda.ask(['b'], 'sync', midnight + 1);
    expect(agenda.take(midnight + 1)).toEqual([]);
    // Nobody comes back for it before: it is told when it may be.
    expect(agenda.nextAt()).toBe(midnight + 15 * minute);
    agenda.ask(['c'], 'sync', midnight + 2);
    agenda.planned(first!, midnight + 3);
    expect(agenda.nextAt()).toBe(midnight + 1);
    expect(told(agenda.take(midnight + 3))).toEqual(['sync b,c']);
  });

  test('compares each target by itself, and few at a time: a list may take hours', () => {
    const nightly = { reconcile: { schedule: parse('0 3 * * *') as Schedule, repair: false } };
    const targets = ['a', 'b', 'c'].map((name) => target(name, undefined, nightly));
    const agenda = agendaOf(targets);
    const three = midnight + 3 * hour;
    const [a, b] = agenda.take(three);
    expect(told([a!, b!])).toEqual(['reconcile a', 'reconcile b']);
    agenda.ask(['b', 'c'], 'sync', three);
    // Whose turn has not come yet is free for everything else.
    expect(told(agenda.take(three))).toEqual(['sync c']);
    agenda.done(a!);
    expect(agenda.take(three)).toEqual([]);
    agenda.done(b!);
    expect(told(agenda.take(three))).toEqual([]);
  });

  test('plans what was told beside whoever delivers, once, and looks after it when the target is free', () => {
    const agenda = agendaOf([target('a'), target('b')]);
    agenda.ask(['a'], 'sync', midnight);
    const [sync] = agenda.take(midnight);
    agenda.tell(midnight);
    const [events] = agenda.take(midnight);
    expect(told([events!])).toEqual(['events a,b']);
    // What is told while that is planned waits for its end.
    agenda.tell(midnight + 1);
    expect(agenda.take(midnight + 1)).toEqual([]);
    agenda.planned(events!, midnight + 1);
    agenda.done(events!);
    const [more] = agenda.take(midnight + 2);
    expect(told([more!])).toEqual(['events a,b']);
    agenda.done(more!);
    agenda.ask(['a'], 'events', midnight + 3);
    expect(agenda.take(midnight + 1000)).toEqual([]);
    agenda.done(sync!);
    expect(told(agenda.take(midnight + 1000))).toEqual(['events a']);
  });

  test('has a delivery give way to a sync that waits for its target, and to it alone', () => {
    const agenda = agendaOf([target('slow'), target('quick')]);
    agenda.ask(['slow', 'quick'], 'sync', midnight);
    const [both] = agenda.take(midnight);
    agenda.ask(['slow'], 'sync', midnight + minute);
    // Whoever still reads has nothing to leave to another.
    expect(agenda.giveWay(midnight + minute)).toEqual([]);
    agenda.planned(both!, midnight + 2 * minute);
    agenda.done(both!, ['quick']);
    // It delivers for as long as it has read and planned.
    expect(agenda.giveWay(midnight + 2 * minute)).toEqual([]);
    expect(agenda.nextAt()).toBe(midnight + 4 * minute);
    expect(agenda.giveWay(midnight + 4 * minute)).toEqual([{ job: both, target: 'slow' }]);
    // Told once, and not asked for again until it has ended.
    expect(agenda.giveWay(midnight + 5 * minute)).toEqual([]);
    expect(agenda.nextAt()).toBe(Infinity);
    expect(agenda.take(midnight + 5 * minute)).toEqual([]);
    agenda.done(both!, ['slow']);
    const [next] = agenda.take(midnight + 5 * minute);
    expect(told([next!])).toEqual(['sync slow']);
    agenda.planned(next!, midnight + 5 * minute);
    expect(agenda.giveWay(midnight + hour)).toEqual([]);
    agenda.ask(['slow'], 'sync', midnight + hour);
    expect(agenda.giveWay(midnight + hour)).toEqual([{ job: next, target: 'slow' }]);
  });

  test('lets a delivery go on while the source is being read for another target', () => {
    const agenda = agendaOf([target('slow'), target('quick')]);
    agenda.ask(['slow'], 'sync', midnight);
    const [slow] = agenda.take(midnight);
    agenda.planned(slow!, midnight);
    agenda.ask(['slow', 'quick'], 'sync', midnight + 1);
    const [quick] = agenda.take(midnight + 1);
    expect(told([quick!])).toEqual(['sync quick']);
    expect(agenda.giveWay(midnight + 2)).toEqual([]);
    agenda.planned(quick!, midnight + 3);
    expect(agenda.giveWay(midnight + 3)).toEqual([{ job: slow, target: 'slow' }]);
  });

  test('has what a comparison puts right give way at once, however long it has listed', () => {
    const agenda = agendaOf([target('a')]);
    agenda.ask(['a'], 'reconcile', midnight);
    const [job] = agenda.take(midnight);
    agenda.ask(['a'], 'sync', midnight + minute);
    expect(agenda.giveWay(midnight + hour)).toEqual([]);
    agenda.planned(job!, midnight + 2 * hour);
    expect(agenda.giveWay(midnight + 2 * hour)).toEqual([{ job, target: 'a' }]);
  });

  test('has no delivery give way to a comparison, or to what was told: that is planned beside it', () => {
    const agenda = agendaOf([target('a')]);
    agenda.ask(['a'], 'sync', midnight);
    const [job] = agenda.take(midnight);
    agenda.planned(job!, midnight);
    agenda.ask(['a'], 'reconcile', midnight);
    agenda.tell(midnight);
    expect(agenda.giveWay(midnight + hour)).toEqual([]);
  });

  test('syncs before it looks once more at what was told before, and looks at what is told now before it syncs', () => {
    const agenda = agendaOf([target('a'), target('b')]);
    agenda.ask(['a'], 'events', midnight);
    agenda.ask(['a', 'b'], 'sync', midnight);
    const [sync, ...others] = agenda.take(midnight);
    expect(told([sync!])).toEqual(['sync a,b']);
    expect(others).toEqual([]);
    agenda.done(sync!, ['a', 'b']);
    expect(told(agenda.take(midnight + 1))).toEqual(['events a']);
  });

  test('is not woken by what waits for a sync that cannot be read yet', () => {
    const agenda = agendaOf([target('a'), target('b')]);
    agenda.ask(['b'], 'sync', midnight);
    const [reading] = agenda.take(midnight);
    agenda.ask(['a'], 'events', midnight + 1);
    agenda.ask(['a'], 'sync', midnight + 2);
    expect(agenda.nextAt()).toBe(midnight + 1);
    expect(agenda.take(midnight + 5)).toEqual([]);
    expect(agenda.nextAt()).toBe(Infinity);
    agenda.planned(reading!, midnight + 6);
    expect(told(agenda.take(midnight + 6))).toEqual(['sync a']);
    agenda.tell(midnight + 7);
    expect(told(agenda.take(midnight + 7))).toEqual(['events a,b']);
  });

  test('makes up once for all that was missed', () => {
    const agenda = agendaOf([target('a', quarter), target('b', '0 3 * * *')], midnight - 5 * hour);
    const [first] = agenda.take(midnight);
    expect(told([first!])).toEqual(['sync a']);
    agenda.planned(first!, midnight);
    expect(agenda.nextAt()).toBe(midnight + 15 * minute);
    // The machine has slept for days.
    const [job] = agenda.take(midnight + 100 * hour);
    expect(job!.targets).toEqual(['b']);
    agenda.planned(job!, midnight + 100 * hour);
    agenda.done(first!);
    expect(told(agenda.take(midnight + 100 * hour))).toEqual(['sync a']);
  });

  test('asks all times anew when the clock was set back by years', () => {
    const agenda = agendaOf([target('a', quarter)], midnight + 1e11);
    agenda.take(midnight + 1e11);
    expect(agenda.take(midnight)).toEqual([]);
    expect(agenda.nextAt()).toBe(midnight + 15 * minute);
  });

  test('is later than its schedule by the same time at each start, and each target by another', () => {
    const targets = ['a', 'b'].map((name) => target(name, '0 * * * *', { jitterSeconds: 600 }));
    const jitters = ['a', 'b'].map((name) => jitterOf(name, 600_000));
    expect(jitters[0]).not.toBe(jitters[1]);
    for (const start of [midnight + 1, midnight + 100]) {
      expect(agendaOf(targets, start).nextAt()).toBe(midnight + Math.min(...jitters));
      expect(agendaOf(targets, midnight + 20 * minute).nextAt()).toBe(midnight + hour + Math.min(...jitters));
    }
  });

  test('syncs before it compares, where both are due', () => {
    const both = target('a', '0 3 * * *', {
      reconcile: { schedule: parse('0 3 * * 0') as Schedule, repair: false },
    });
    const sunday = Date.UTC(2026, 0, 11, 3);
    const agenda = agendaOf([both], sunday - 1);
    agenda.ask(['a'], 'sync', sunday - minute);
    const [before] = agenda.take(sunday - minute);
    agenda.done(before!);
    const [job] = agenda.take(sunday);
    expect(told([job!])).toEqual(['sync a']);
    expect(agenda.take(sunday)).toEqual([]);
    agenda.done(job!);
    expect(told(agenda.take(sunday + minute))).toEqual(['reconcile a']);
  });

  test('compares in the end, also where a sync is due each time that another one has ended', () => {
    const both = target('a', '* * * * *', {
      reconcile: { schedule: parse('0 3 * * 0') as Schedule, repair: false },
    });
    const sunday = Date.UTC(2026, 0, 11, 3);
    const agenda = agendaOf([both], sunday - 1);
    const took: string[] = [];
    // To read takes longer than until the next is due.
    for (let turn = 0; turn < 4; turn++) {
      const now = sunday + turn * 2 * minute;
      const jobs = agenda.take(now);
      took.push(...told(jobs));
      agenda.planned(jobs[0]!, now + minute);
      agenda.done(jobs[0]!);
    }
    expect(took).toEqual(['sync a', 'reconcile a', 'sync a', 'sync a']);
  });

  test('goes on with what gave way to a sync before it compares', () => {
    const agenda = agendaOf([target('a')]);
    agenda.ask(['a'], 'sync', midnight);
    const [job] = agenda.take(midnight);
    agenda.planned(job!, midnight + 1);
    agenda.ask(['a'], 'reconcile', midnight + 2);
    agenda.ask(['a'], 'sync', midnight + 2);
    expect(agenda.giveWay(midnight + 2)).toHaveLength(1);
    agenda.done(job!);
    expect(told(agenda.take(midnight + 3))).toEqual(['sync a']);
  });

  test('waits where somebody else was busy with a target', () => {
    const agenda = agendaOf([target('a')]);
    agenda.ask(['a', 'nobody'], 'sync', midnight + 30_000);
    expect(agenda.nextAt()).toBe(midnight + 30_000);
    expect(agenda.take(midnight)).toEqual([]);
    expect(told(agenda.take(midnight + 30_000))).toEqual(['sync a']);
    expect(agenda.nextAt()).toBe(Infinity);
  });

  test('with another configuration keeps what goes on as before, and forgets what is gone', () => {
    const agenda = agendaOf([target('a', quarter), target('b', quarter), target('c', quarter)]);
    agenda.ask(['c'], 'sync', midnight);
    const now = midnight + 20 * minute;
    agenda.keep({ targets: [target('a', quarter), target('b', '0 * * * *')], zone: 'UTC' }, () => now);
    expect(told(agenda.take(now))).toEqual(['sync a']);
    expect(agenda.nextAt()).toBe(midnight + 30 * minute);
  });
});

describe('in Berlin', () => {
  const day = (text: string, date: string): readonly string[] => {
    const from = Date.parse(`${date}T00:00Z`);
    return walk(agendaOf([target('a', text)], from, 'Europe/Berlin'), from, from + 4 * hour);
  };

  test('on the day with 23 hours, each is due once', () => {
    expect(day('30 2 * * *', '2026-03-29')).toEqual(['29T01:00 sync a']);
    expect(day(quarter, '2026-03-29')).toHaveLength(15);
  });

  test('on the day with 25 hours, each is due once', () => {
    expect(day('30 2 * * *', '2026-10-25')).toEqual(['25T00:30 sync a']);
    expect(day(quarter, '2026-10-25')).toHaveLength(15);
  });
});
