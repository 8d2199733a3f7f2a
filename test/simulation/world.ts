import type { DeparturePolicy } from '../../src/model/index.ts';
import type { Random } from '../scenarios/random.ts';
import { randomFrom } from '../scenarios/random.ts';
import { KINDS } from './kinds.ts';
import type { KindName } from './kinds.ts';

/** What the source says of somebody. */
export interface Row {
  /** `odd` is a word that the configuration does not name. */
  readonly status: 'active' | 'left' | 'odd';
  readonly login: string;
  readonly title: string;
  readonly department: string;
  readonly boss: string;
  readonly groups: string;
}

/** Something that happens to one person; `isThere: false` takes their record out of the source. */
export interface Event {
  readonly who: string;
  readonly isThere?: boolean;
  readonly row: Partial<Row>;
}

/** How a service, and the way to it, are on a day. */
export interface Weather {
  readonly kind: 'calm' | 'lossy' | 'busy' | 'failing' | 'locked' | 'away';
  /** Of a hundred requests, so many meet it. */
  readonly share: number;
}

/** What the configuration says of one target. */
export interface Wanted {
  readonly onLeave: DeparturePolicy;
  readonly onOutOfScope: DeparturePolicy;
  /** The department that has no account here. */
  readonly without: string;
}

export interface Settings {
  /** What is put before each title. */
  readonly prefix: string;
  readonly targets: readonly Wanted[];
}

export interface Day {
  /** What chance brings on this day comes from here alone, whatever the days before had. */
  readonly seed: number;
  readonly minutes: number;
  readonly events: readonly Event[];
  /** What happens between the first read of the run and the next one; after the run, where that is the only one. */
  readonly meanwhile?: readonly Event[];
  readonly settings?: Settings;
  /** Only the first so many records can be read, and the read is known not to be complete. */
  readonly cut?: number;
  readonly weather: readonly Weather[];
  readonly isAccepted: boolean;
  /** After so many moments the run is killed. */
  readonly killedAfter?: number;
  /** After so many moments each delivery is to end and to leave the rest to the next run. */
  readonly givesWayAfter?: number;
  /** Which target alone is synced; all of them where it is not said. */
  readonly only?: number;
  /** The run is given what has changed alone: `changes` as a script gives them, `events` for nobody else than they are about. */
  readonly reads?: 'changes' | 'events';
  /** Where what happens is told at once, the source is written anew on this day: before that, or after it. */
  readonly writes?: 'before' | 'after';
}

/** All that happens, as plain data: drawn from a seed, played, and made smaller where it fails. */
export interface World {
  readonly seed: number;
  readonly kinds: readonly KindName[];
  readonly people: readonly string[];
  readonly settings: Settings;
  readonly days: readonly Day[];
  /** What happens is told at once, as events; what a read finds was written before. */
  readonly isToldAtOnce?: true;
  /** Nobody is known by anything but what has changed, from the first day on. */
  readonly beginsWithChanges?: true;
  /** In the end as well, only what has changed is given. */
  readonly endsWithChanges?: true;
}

export interface Size {
  readonly people: number;
  readonly days: number;
  readonly targets: number;
  /** Of what the runs are told on most days: all that the source has, or by changes or events alone. */
  readonly told?: ToldBy;
}

export const TOLD_BY = ['reads', 'changes', 'events'] as const;
export type ToldBy = (typeof TOLD_BY)[number];

/** So large they are, where it is not said. */
export const SMALL: Size = { people: 5, days: 5, targets: 2 };
const policies = ['deactivate', 'deactivate', 'deactivate', 'delete', 'keep'] as const;
const calm: Weather = { kind: 'calm', share: 0 };

export function drawWorld(seed: number, size: Size = SMALL): World {
  const random = randomFrom(seed);
  const people = Array.from({ length: 2 + random.below(size.people - 1) }, (_, index) =>
    String.fromCharCode(97 + index),
  );
  const kinds = Array.from({ length: 1 + random.below(size.targets) }, () =>
    random.pick(Object.keys(KINDS) as KindName[]),
  );
  const settings = drawSettings(random, kinds);
  const count = 2 + random.below(size.days - 1);
  const days = Array.from({ length: count }, (_, index) => drawDay(random, index, people, kinds));
  const world = { seed, kinds, people, settings, days };
  switch (size.told ?? 'reads') {
    case 'reads':
      return world;
    case 'changes':
      return withChanges(world);
    case 'events':
      return withEvents(world);
  }
}

/** The same, with a source that gives on most days what has changed alone. */
function withChanges({ days, ...world }: World): World {
  const random = randomFrom(world.seed + 1);
  return {
    ...world,
    days: days.map((day) =>
      random.chance(0.7) ? { ...day, reads: random.pick(['changes', 'events']) } : day,
    ),
    ...(random.chance(0.7) && { endsWithChanges: true }),
    ...(random.chance(0.4) && { beginsWithChanges: true }),
  };
}

/** The same, with a source of which everything that happens is told at once, and that is written now and then. */
function withEvents({ days, ...world }: World): World {
  const random = randomFrom(world.seed + 1);
  return {
    ...world,
    isToldAtOnce: true,
    days: days.map(({ cut: _, ...day }, index) => ({
      ...day,
      ...(random.chance(0.6) && { reads: 'events' }),
      ...((index === 0 || random.chance(0.4)) && { writes: random.pick(['before', 'after']) }),
    })),
    ...(random.chance(0.7) && { endsWithChanges: true }),
  };
}

/** Whether somebody who cannot be seen was deleted, or has not accepted yet, nobody can tell: that is left to people. */
function policiesOf(kind: KindName): readonly DeparturePolicy[] {
  return kind === 'inviting' ? ['deactivate', 'keep'] : policies;
}

function drawSettings(random: Random, kinds: readonly KindName[]): Settings {
  return {
    prefix: random.pick(['', '', 'Dr ']),
    targets: kinds.map((kind) => ({
      onLeave: random.pick(policiesOf(kind)),
      onOutOfScope: random.pick(policiesOf(kind)),
      without: random.pick(['', '', 'x']),
    })),
  };
}

function drawDay(random: Random, index: number, people: readonly string[], kinds: readonly KindName[]): Day {
  const events =
    index === 0
      ? people.filter(() => random.chance(0.8)).map((who) => joins(random, who, people))
      : random.some(people, random.below(4)).map((who) => drawEvent(random, who, people));
  const seed = random.below(2 ** 31);
  const own = randomFrom(seed);
  return {
    seed,
    minutes: random.pick([0, 1, 20, 300, 1500]),
    events,
    ...(index > 0 && random.chance(0.15) && { settings: drawSettings(random, kinds) }),
    ...(index > 0 && random.chance(0.08) && { cut: random.below(people.length) }),
    weather: kinds.map(() => drawWeather(random)),
    isAccepted: random.chance(0.5),
    ...(random.chance(0.35) && { killedAfter: 1 + random.below(random.chance(0.5) ? 25 : 90) }),
    ...(kinds.length > 1 && random.chance(0.2) && { only: random.below(kinds.length) }),
    ...(own.chance(0.15) && { givesWayAfter: 1 + own.below(60) }),
    ...(index > 0 && own.chance(0.3) && { meanwhile: drawMeanwhile(own, events, people) }),
  };
}

/** Mostly somebody of whom the source has just said something is back. */
function drawMeanwhile(
  random: Random,
  events: readonly Event[],
  people: readonly string[],
): readonly Event[] {
  return random.some(people, 1 + random.below(2)).map((who): Event => {
    if (events.length === 0 || random.chance(0.4)) return drawEvent(random, who, people);
    return { who: random.pick(events).who, isThere: true, row: { status: 'active' } };
  });
}

function drawWeather(random: Random): Weather {
  const kind = random.pick(['calm', 'calm', 'lossy', 'lossy', 'busy', 'failing', 'locked', 'away'] as const);
  return kind === 'calm' ? calm : { kind, share: random.pick([10, 30, 60, 100]) };
}

function joins(random: Random, who: string, people: readonly string[]): Event {
  return {
    who,
    isThere: true,
    row: {
      status: random.chance(0.9) ? 'active' : 'left',
      login: who,
      title: random.pick(['', 'Cook']),
      department: random.pick(['x', 'y']),
      boss: random.pick(['', ...people]),
      groups: random.pick(['', 'one', 'one two']),
    },
  };
}

function drawEvent(random: Random, who: string, people: readonly string[]): Event {
  switch (random.below(8)) {
    case 0:
      return { who, row: { status: 'left' } };
    case 1:
      return { who, isThere: false, row: {} };
    case 2:
      return joins(random, who, people);
    case 3:
      return { who, row: { login: random.pick([who, `${who}2`, `${who.toUpperCase()}2`, ...people]) } };
    case 4:
      return { who, row: { title: random.pick(['', 'Cook', 'Chef']), department: random.pick(['x', 'y']) } };
    case 5:
      return { who, row: { boss: random.pick(['', 'nobody', ...people]) } };
    case 6:
      return { who, row: { groups: random.pick(['', 'one', 'two', 'one two']) } };
    default:
      return random.chance(0.3)
        ? { who, row: { status: 'odd' } }
        : { who, isThere: true, row: { status: 'active' } };
  }
}
