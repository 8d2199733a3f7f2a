import { fileURLToPath } from 'node:url';
import { CONCURRENCY } from './settings.ts';
import type { Service } from './service.ts';
import type { Measured, Usage, Workplace } from './workplace.ts';

export const PARSERS = ['papaparse', 'scanner'] as const;
export type Parser = (typeof PARSERS)[number];

/** Seconds after which something has gone wrong. */
export function limitFor(people: number, perSecond: number): number {
  return 60 + Math.ceil(people / perSecond);
}

/** Reads, parses and hashes a file; of LDIF and JSON, splits it into entries instead of parsing it. */
export async function pass(
  place: Workplace,
  parser: Parser | 'ldif' | 'json',
  file: string,
  people: number,
): Promise<Measured> {
  return place.run([script('pass.ts'), parser, file], { limit: limitFor(people, 10_000) });
}

export function plan(place: Workplace, folder: string, people: number): Promise<Measured> {
  return place.run([place.rollcall, 'plan', '--quiet'], { cwd: folder, limit: limitFor(people, 2000) });
}

/** A `sync`, and what it did as the mock counted it. */
export interface Synced extends Usage {
  /** All requests, of which these only read. */
  readonly requests: number;
  readonly reads: number;
  /** Operations that were carried out. */
  readonly done: number;
  /** Operations that are left over, from this run or an earlier one. */
  readonly failed: number;
  readonly waiting: number;
  /** Of the delivery alone. */
  readonly sendingSeconds: number;
}

interface SyncDocument {
  readonly targets: Readonly<
    Record<
      string,
      {
        readonly counts: { readonly User: Readonly<Record<string, number>> };
        readonly failed: number;
        readonly waiting: number;
        readonly requests: number;
        readonly writes: number;
        readonly seconds: number;
      }
    >
  >;
}

export async function sync(
  place: Workplace,
  folder: string,
  service: Service,
  people: number,
): Promise<Synced> {
  const before = await service.requests();
  const { stdout, ...usage } = await place.run([place.rollcall, 'sync', '--json', '--wait', '0s'], {
    cwd: folder,
    limit: limitFor(people, 50),
    codes: [0, 4],
  });
  const requests = (await service.requests()) - before;
  const target = (JSON.parse(stdout) as SyncDocument).targets['cosmo']!;
  if (requests !== target.requests)
    throw new Error(`the mock had ${requests} requests, and sync says that it sent ${target.requests}`);
  const done = Object.values(target.counts.User).reduce((sum, count) => sum + count, 0);
  return {
    ...usage,
    requests,
    reads: target.requests - target.writes,
    done,
    failed: target.failed,
    waiting: target.waiting,
    sendingSeconds: target.seconds,
  };
}

/** The first sync to a target that is no service: what `fill.ts` says. */
export async function fill(
  place: Workplace,
  folder: string,
  people: number,
  more: readonly string[] = [],
): Promise<Usage & { readonly done: number }> {
  const { stdout, ...usage } = await place.run([place.script('fill.ts'), ...more], {
    cwd: folder,
    limit: limitFor(people, 500),
    codes: [0, 3, 4],
  });
  const { counts } = (JSON.parse(stdout) as SyncDocument).targets['cosmo']!;
  return { ...usage, done: counts.User['create'] ?? 0 };
}

/** Posts every line of a file, and nothing else. */
export async function loop(place: Workplace, service: Service, file: string, bodies: number): Promise<Usage> {
  const args = [script('loop.ts'), `${service.url}/Users`, file, String(CONCURRENCY)];
  const { stdout, ...usage } = await place.run(args, { limit: limitFor(bodies, 50) });
  // Its own clock: without starting Node and reading the bodies.
  return { ...usage, ...(JSON.parse(stdout) as { seconds: number; cpuSeconds: number }) };
}

function script(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}
