import type { Day, Event, World } from './world.ts';

/** Worlds that are a little smaller than one: each has one thing less, the large things first. */
export function* smaller(world: World): Generator<World> {
  const { days, people, kinds, settings } = world;
  for (const [index] of days.entries()) yield { ...world, days: without(days, index) };
  for (const who of people)
    yield {
      ...world,
      people: people.filter((one) => one !== who),
      days: days.map((day) => ({
        ...day,
        events: day.events.filter((event) => event.who !== who),
        ...(day.meanwhile && { meanwhile: day.meanwhile.filter((event) => event.who !== who) }),
      })),
    };
  const { beginsWithChanges, ...read } = world;
  if (beginsWithChanges !== undefined) yield read;
  const { endsWithChanges, ...wholly } = world;
  if (endsWithChanges !== undefined) yield wholly;
  if (kinds.length > 1) for (const [index] of kinds.entries()) yield withoutTarget(world, index);
  for (const [index, day] of days.entries())
    for (const less of smallerDays(day)) yield { ...world, days: days.with(index, less) };
  if (settings.prefix !== '') yield { ...world, settings: { ...settings, prefix: '' } };
  for (const [index, target] of settings.targets.entries()) {
    const change = (part: Partial<typeof target>): World => ({
      ...world,
      settings: { ...settings, targets: settings.targets.with(index, { ...target, ...part }) },
    });
    if (target.without !== '') yield change({ without: '' });
    if (target.onLeave !== 'deactivate') yield change({ onLeave: 'deactivate' });
    if (target.onOutOfScope !== 'deactivate') yield change({ onOutOfScope: 'deactivate' });
  }
  for (const [index, kind] of kinds.entries())
    if (kind !== 'plain') yield { ...world, kinds: kinds.with(index, 'plain') };
}

function* smallerDays(day: Day): Generator<Day> {
  const { settings: _, ...unedited } = day;
  if (day.settings !== undefined) yield unedited;
  const { meanwhile, ...still } = day;
  if (meanwhile !== undefined) yield still;
  for (const [index] of (meanwhile ?? []).entries()) yield { ...day, meanwhile: without(meanwhile!, index) };
  const { cut: __, ...whole } = day;
  if (day.cut !== undefined) yield whole;
  const { killedAfter: ___, ...unkilled } = day;
  if (day.killedAfter !== undefined) yield unkilled;
  const { givesWayAfter: _____, ...unhurried } = day;
  if (day.givesWayAfter !== undefined) yield unhurried;
  const { only: ____, ...all } = day;
  if (day.only !== undefined) yield all;
  const { writes, ...unwritten } = day;
  if (writes !== undefined) yield unwritten;
  const { reads, ...everybody } = day;
  if (reads !== undefined) yield everybody;
  if (reads === 'events') yield { ...day, reads: 'changes' };
  for (const [index, { kind }] of day.weather.entries())
    if (kind !== 'calm') yield { ...day, weather: day.weather.with(index, { kind: 'calm', share: 0 }) };
  for (const [index, { kind, share }] of day.weather.entries())
    if (kind !== 'calm' && share < 100)
      yield { ...day, weather: day.weather.with(index, { kind, share: 100 }) };
  for (const [index, event] of day.events.entries()) {
    yield { ...day, events: without(day.events, index) };
    for (const less of smallerEvents(event)) yield { ...day, events: day.events.with(index, less) };
  }
  if (day.minutes > 0) yield { ...day, minutes: 0 };
  if (day.isAccepted) yield { ...day, isAccepted: false };
  for (const seed of [1, 2, 3]) if (day.seed > seed) yield { ...day, seed };
  if (day.killedAfter !== undefined && day.killedAfter > 1)
    yield { ...day, killedAfter: day.killedAfter - 1 };
  if (day.givesWayAfter !== undefined && day.givesWayAfter > 1)
    yield { ...day, givesWayAfter: day.givesWayAfter - 1 };
}

function* smallerEvents(event: Event): Generator<Event> {
  const { row } = event;
  for (const name of ['title', 'boss', 'groups'] as const)
    if (row[name] !== undefined && row[name] !== '') yield { ...event, row: { ...row, [name]: '' } };
  if (row.groups?.includes(' ') === true) yield { ...event, row: { ...row, groups: 'one' } };
  if (row.department === 'x') yield { ...event, row: { ...row, department: 'y' } };
}

function withoutTarget(world: World, index: number): World {
  const targets = world.settings.targets;
  return {
    ...world,
    kinds: without(world.kinds, index),
    settings: { ...world.settings, targets: without(targets, index) },
    days: world.days.map((day) => {
      const { only, ...rest } = day;
      return {
        ...rest,
        weather: without(day.weather, index),
        ...(day.settings && { settings: { ...day.settings, targets: without(day.settings.targets, index) } }),
        ...(only !== undefined && only !== index && { only: only > index ? only - 1 : only }),
      };
    }),
  };
}

function without<T>(list: readonly T[], index: number): readonly T[] {
  return list.toSpliced(index, 1);
}

/** The smallest world that can be found which still fails in the same way. */
export async function shrink(world: World, fails: (world: World) => Promise<boolean>): Promise<World> {
  let smallest = world;
  for (let isSmaller = true; isSmaller;) {
    isSmaller = false;
    for (const one of smaller(smallest)) {
      if (!(await fails(one))) continue;
      smallest = one;
      isSmaller = true;
      break;
    }
  }
  return smallest;
}
