import { closeSync, openSync, writeSync } from 'node:fs';
import { writingOf } from './formats.ts';
import type { Format } from './formats.ts';

/** A company that is the same for the same numbers. */
export interface Population {
  readonly people: number;
  readonly seed: number;
  /** Which random order the rows stand in; the people are the same in each. */
  readonly order: number;
  /** Whether one in a hundred has changed since: titles, leavers and joiners. */
  readonly changed: boolean;
}

/** How many differ between the two days, by how they differ. */
export interface Changes {
  readonly titles: number;
  /** By a status that says so. */
  readonly left: number;
  /** By being in no row. */
  readonly absent: number;
  readonly joined: number;
}

export const COLUMNS = [
  'employee_id',
  'status',
  'first_name',
  'last_name',
  'email',
  'title',
  'department',
  'manager_id',
  'location',
  'hired',
] as const;

const reports = 8;
const firstNames = 'Ada Zoë Liam Noor José Mei Søren Ivana Björn Chloé Omar Łucja Anaïs Raj Yūki Grace'.split(
  ' ',
);
// A name with a comma or a quote is a quoted cell: about one row in twelve has one.
const lastNames = [
  ...'Smith Müller García Nguyen Okafor Ivanov Sørensen Dvořák Yılmaz Rossi Kowalski Haddad'.split(' '),
  ...'Tanaka Silva Jensen Papadopoulos Öztürk Novák Fernández Murphy Schröder Andersson'.split(' '),
  'King, Jr.',
  'van "Dutch" Dijk',
];
const titles = ['Engineer', 'Account Executive', 'Designer', 'Analyst', 'Recruiter', 'Site Manager'];
const departments = ['Engineering', 'Sales', 'Finance', 'People', 'Product & Design', 'Operations'];
const locations = ['Berlin', 'São Paulo', 'London', 'Remote', 'Kraków', 'New York'];

export function changesOf(people: number): Changes {
  const all = Math.max(8, Math.round(people / 100));
  const left = Math.max(1, Math.round(all / 10));
  const joined = Math.max(1, Math.round(all / 5));
  return { titles: all - 2 * left - joined, left, absent: left, joined };
}

/** Writes the file and says how many bytes it has. One row is held at a time, beside one number a person. */
export function writePopulation(path: string, population: Population, format: Format = 'csv'): number {
  const { head, between, tail, person } = writingOf(format, COLUMNS);
  const file = openSync(path, 'w');
  let bytes = 0;
  let isFirst = true;
  let chunk = head;
  const flush = (): void => {
    bytes += writeSync(file, chunk);
    chunk = '';
  };
  try {
    for (const cells of peopleOf(population)) {
      chunk += (isFirst ? '' : between) + person(cells);
      isFirst = false;
      if (chunk.length > 256 * 1024) flush();
    }
    chunk += tail;
    flush();
  } finally {
    closeSync(file);
  }
  return bytes;
}

/** The rows of a CSV file, without its header. */
export function* rows(population: Population): Generator<string> {
  const { person } = writingOf('csv', COLUMNS);
  for (const cells of peopleOf(population)) yield person(cells);
}

function* peopleOf({ people, seed, order, changed }: Population): Generator<readonly string[]> {
  const changes = changesOf(people);
  const fate = changed ? fates(people, seed, changes) : undefined;
  for (const index of shuffled(people + (changed ? changes.joined : 0), mix(seed, 1000 + order)))
    if (fate?.get(index) !== 'absent') yield cellsOf(index, seed, fate?.get(index));
}

type Fate = 'title' | 'left' | 'absent';

function fates(
  people: number,
  seed: number,
  { titles: renamed, left, absent }: Changes,
): ReadonlyMap<number, Fate> {
  const found = new Map<number, Fate>();
  for (const index of shuffled(people, mix(seed, 1))) {
    const { size } = found;
    if (size === renamed + left + absent) break;
    found.set(index, size < renamed ? 'title' : size < renamed + left ? 'left' : 'absent');
  }
  return found;
}

function cellsOf(index: number, seed: number, fate: Fate | undefined): readonly string[] {
  const chance = mix(seed, index + 1_000_000);
  const first = firstNames[chance % firstNames.length]!;
  const last = lastNames[(chance >>> 4) % lastNames.length]!;
  const title = titles[(chance >>> 9) % titles.length]!;
  const day = String(1 + ((chance >>> 12) % 28)).padStart(2, '0');
  return [
    id('E', index),
    fate === 'left' ? 'left' : 'active',
    first,
    last,
    `${ascii(first)}.${ascii(last)}.${index}@example.com`.toLowerCase(),
    fate === 'title' ? `Senior ${title}` : title,
    departments[(chance >>> 17) % departments.length]!,
    managerOf(index, chance),
    locations[(chance >>> 20) % locations.length]!,
    `20${10 + ((chance >>> 23) % 15)}-0${1 + (chance % 9)}-${day}`,
  ];
}

/** A tree in which everybody has eight reports; one in a hundred has a manager whom the file does not hold. */
function managerOf(index: number, chance: number): string {
  if (index === 0) return '';
  if (chance % 100 === 0) return id('X', index);
  return id('E', Math.floor((index - 1) / reports));
}

function id(letter: string, index: number): string {
  return letter + String(index).padStart(8, '0');
}

function ascii(name: string): string {
  return name.normalize('NFD').replace(/[^A-Za-z]/g, '');
}

/** The numbers below `count` in an order of chance (Fisher and Yates). */
function shuffled(count: number, seed: number): Uint32Array {
  const numbers = new Uint32Array(count);
  for (let at = 0; at < count; at += 1) {
    const other = mix(seed, at) % (at + 1);
    numbers[at] = numbers[other]!;
    numbers[other] = at;
  }
  return numbers;
}

/** 32 bits that look like chance, the same for the same two numbers (the finaliser of MurmurHash3, public domain). */
function mix(seed: number, turn: number): number {
  let bits = Math.imul(seed ^ Math.imul(turn + 1, 0x9e3779b1), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
