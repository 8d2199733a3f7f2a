import { statusOf } from '../cli/status.ts';
import { RollcallError } from '../model/index.ts';
import type { Configuration, Kind } from '../model/index.ts';
import { KINDS } from '../model/index.ts';
import { labelOf } from '../reports/views.ts';
import type { StatusView } from '../reports/status.ts';
import { accessPage, knownTargets } from '../store/access.ts';
import { targetRow } from '../store/accounts.ts';
import { countUnfinished, unfinishedOf } from '../store/failures.ts';
import { haltOf } from '../store/halts.ts';
import { lagsSince, leaverLag } from '../store/lag.ts';
import { personOf } from '../store/links.ts';
import { operationsPage, runsPage as runsIn } from '../store/listing.ts';
import { DAEMON, holderOf } from '../store/locks.ts';
import { offboardingOf } from '../store/offboardings.ts';
import type { State } from '../store/state.ts';
import { leftOutIn, openOf, rejectedIn, resourceIn } from '../store/story.ts';
import { straysOf } from '../store/strays.ts';
import { newestDepartures } from '../store/trail/evidence.ts';
import type { Departure } from '../store/trail/evidence.ts';
import { trailBefore } from '../store/trail/rows.ts';
import type { Resource } from '../model/index.ts';
import { runView } from './runs.ts';
import type { AccessPageView, PeopleView } from './views/access.ts';
import type { FailuresPageView } from './views/failures.ts';
import type { HeldView } from './views/held.ts';
import type { HistoryPageView, RunsPageView } from './views/history.ts';
import type { LeaversView } from './views/leavers.ts';
import type { OverviewView } from './views/overview.ts';
import type { PersonView } from './person-view.ts';
import type { TargetPageView } from './views/target.ts';

/** What a page is made from: the state as it is, the configuration in force, and the time. */
export interface Look {
  readonly state: State;
  readonly configuration: Configuration;
  readonly now: number;
}

/** What was asked for in an address; a name that comes twice counts once. */
export type Query = (name: string) => string;

/** Rows of a page of a list: a browser lays out a table as a whole before it shows any of it. */
export const rowsOfPage = 50;
const leaverDays = 30;
const newest = Number.MAX_SAFE_INTEGER;

function statusFor({ state, configuration, now }: Look, most: number): StatusView {
  return statusOf(state, configuration, { daemon: holderOf(state, DAEMON), most, now });
}

/** A target of the configuration. Throws `RollcallError('notFound')` for any other name. */
export function targetIn({ state, configuration }: Look, name: string) {
  const target = configuration.targets.find((one) => one.name === name);
  if (target === undefined) throw new RollcallError('notFound', `there is no target ${JSON.stringify(name)}`);
  return { target, id: targetRow(state, name, target.renamedFrom)?.id ?? 0 };
}

/** A whole number from an address; nothing where it is none. */
function numberIn(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function* ofRuns({ state }: Look, before: number, most: number) {
  for (const run of runsIn(state, { before, most })) yield runView(run);
}

export function lookAtAll(look: Look): OverviewView {
  const { daemon, targets, frozen, forgotten } = statusFor(look, 20);
  const runs = [...ofRuns(look, newest, rowsOfPage)];
  return { now: look.now, ...(daemon && { daemon }), targets, frozen, forgotten, runs };
}

export function lookAtTarget(look: Look, query: Query): TargetPageView {
  const { target, id } = targetIn(look, query('name'));
  const strays = straysOf(look.state, id);
  return {
    target: oneTarget(look, target.name),
    baseUrl: target.baseUrl,
    connector: target.connector,
    runs: [...ofRuns(look, newest, rowsOfPage)],
    ...(strays && { strays }),
  };
}

function oneTarget(look: Look, name: string) {
  const { configuration } = look;
  const { target } = targetIn(look, name);
  return statusFor({ ...look, configuration: { ...configuration, targets: [target] } }, 20).targets[0]!;
}

export function lookAtHeld(look: Look, query: Query): HeldView {
  const { target, id } = targetIn(look, query('target'));
  const kind = (KINDS as readonly string[]).includes(query('kind')) ? (query('kind') as Kind) : undefined;
  const after = numberIn(query('after')) ?? 0;
  const asked = { target: id, is: 'held', ...(kind && { kind }) };
  const found = operationsPage(look.state, asked, { after, most: rowsOfPage + 1 });
  const operations = found.slice(0, rowsOfPage);
  return {
    target: oneTarget(look, target.name),
    ...(kind && { kind }),
    operations,
    isFirst: after === 0,
    ...(found.length > rowsOfPage && { next: operations.at(-1)!.id }),
  };
}

export function lookAtFailures(look: Look, query: Query): FailuresPageView {
  const { state, configuration } = look;
  const [name, code] = [query('target'), query('code')];
  const names = name === '' ? configuration.targets.map((one) => one.name) : [name];
  const isOne = name !== '' && code !== '';
  const skip = isOne ? (numberIn(query('skip')) ?? 0) : 0;
  const most = isOne ? rowsOfPage : 10;
  let next: number | undefined;
  const targets = names.map((one) => {
    const { id } = targetIn(look, one);
    const halted = haltOf(state, id);
    const causes = [...countUnfinished(state, id)]
      .filter(([own]) => !isOne || own === code)
      .map(([own, count]) => {
        if (isOne && count > skip + most) next = skip + most;
        return { code: own, count, first: [...unfinishedOf(state, id, own, most, skip)] };
      });
    return { name: one, ...(halted && { halted }), causes };
  });
  return { targets, ...(isOne && { one: { skip, ...(next !== undefined && { next }) } }) };
}

export function lookAtAccess(look: Look, query: Query): AccessPageView {
  const { state, configuration } = look;
  const targets = configuration.targets.map(({ name }) => name);
  const forgotten = knownTargets(state).filter(
    ({ name }) => !configuration.targets.some((one) => one.name === name || one.renamedFrom === name),
  );
  const asked = query('target') === '' ? targets[0] : query('target');
  const search = query('q').trim();
  const after = query('after');
  const all = [...targets, ...forgotten.map(({ name }) => name)];
  if (asked === undefined) return { targets: all, search, accounts: [], isFirst: true };
  const old = forgotten.find(({ name }) => name === asked);
  const { id, target } = old === undefined ? targetIn(look, asked) : { id: old.id, target: undefined };
  const filter = { target: id, name: asked, ...(search !== '' && { search }) };
  const found = accessPage(state, filter, { after, most: rowsOfPage + 1 });
  const accounts = found.slice(0, rowsOfPage);
  const assign = target?.mapping.assign?.text;
  return {
    targets: all,
    target: asked,
    ...(assign !== undefined && { assign }),
    search,
    accounts,
    isFirst: after === '',
    ...(found.length > rowsOfPage && { next: accounts.at(-1)!.key }),
  };
}

export function lookForPeople(look: Look, query: Query): PeopleView {
  const search = query('q').trim().normalize('NFC');
  if (search === '') return { search, found: [], isMore: false };
  const most = 50;
  const found = knownTargets(look.state).flatMap(({ id, name }) =>
    accessPage(look.state, { target: id, name, search }, { after: '', most }),
  );
  const sorted = found.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return { search, found: sorted.slice(0, most), isMore: found.length >= most };
}

/** Nothing where the state knows nobody with that key. */
export function lookAtPerson(look: Look, key: string): PersonView | undefined {
  const { state, configuration } = look;
  const person = personOf(state, key);
  if (person === undefined) return undefined;
  const rejected = rejectedIn(state, person);
  const offboarding = offboardingOf(state, key);
  let label: string | undefined;
  const targets = configuration.targets.map(({ name, renamedFrom }) => {
    const id = targetRow(state, name, renamedFrom)?.id ?? 0;
    const [access] = accessPage(state, { target: id, name, key }, { after: '', most: 1 });
    const leftOut = leftOutIn(state, id, person);
    const resource = resourceIn(state, id, person);
    if (resource !== undefined) label ??= labelOf(JSON.parse(resource) as Resource);
    return { name, ...(access && { access }), open: openOf(state, id, person), ...(leftOut && { leftOut }) };
  });
  const last = trailBefore(state, { key }, { before: newest, most: 12 });
  return {
    key,
    ...(label !== undefined && label !== '' && { label }),
    ...(rejected && { rejected }),
    ...(offboarding && { offboarding }),
    targets,
    last,
  };
}

export function lookAtHistory(look: Look, query: Query): HistoryPageView {
  const { state, configuration } = look;
  const run = numberIn(query('run'));
  const event = /^[A-Za-z]+(\.[A-Za-z]+)?$/.test(query('event')) ? query('event') : '';
  const person = query('person').trim().normalize('NFC');
  const target = query('target');
  const before = numberIn(query('before')) ?? newest;
  const filter = {
    ...(person !== '' && { key: person }),
    ...(target !== '' && { target }),
    ...(event !== '' && { event }),
    ...(run !== undefined && { run }),
  };
  const found = trailBefore(state, filter, { before, most: rowsOfPage + 1 });
  const rows = found.slice(0, rowsOfPage);
  return {
    filter: { person, target, event, run: run === undefined ? '' : String(run) },
    targets: configuration.targets.map(({ name }) => name),
    rows,
    isFirst: before === newest,
    ...(found.length > rowsOfPage && { next: rows.at(-1)!.seq }),
  };
}

export function lookAtRuns(look: Look, query: Query): RunsPageView {
  const before = numberIn(query('before')) ?? newest;
  const found = [...ofRuns(look, before, rowsOfPage + 1)];
  const runs = found.slice(0, rowsOfPage);
  return {
    now: look.now,
    runs,
    isFirst: before === newest,
    ...(found.length > rowsOfPage && { next: runs.at(-1)!.id }),
  };
}

export function lookAtLeavers(look: Look): LeaversView {
  const { state, configuration, now } = look;
  const from = now - leaverDays * 86_400_000;
  const targets = configuration.targets.map(({ name, renamedFrom }) => {
    const id = targetRow(state, name, renamedFrom)?.id ?? 0;
    return { name, lags: lagsSince(state, id, from), open: leaverLag(state, id, now, now)?.open ?? 0 };
  });
  const departures: Departure[] = [];
  for (const one of newestDepartures(state, { from, to: now + 1 }))
    if (departures.push(one) > rowsOfPage) break;
  const isMore = departures.length > rowsOfPage;
  return { days: leaverDays, from, to: now, targets, departures: departures.slice(0, rowsOfPage), isMore };
}
