import { createHash } from 'node:crypto';
import type { Held, NotifyConfiguration } from '../model/index.ts';
import type { Item, Message } from './judge.ts';

/** Where a message comes from. */
export interface Origin {
  readonly at: number;
  readonly run?: number;
  readonly host: string;
  /** The file of the configuration. */
  readonly file: string;
}

/** A message as it is told: JSON for programs, with `text` for people in it. */
export interface Letter {
  readonly id: string;
  readonly event: Message['event'];
  readonly at: string;
  readonly run?: number;
  readonly host: string;
  readonly configuration: string;
  readonly subject: string;
  readonly text: string;
  readonly targets: readonly object[];
}

export function letterOf(
  { event, items }: Message,
  origin: Origin,
  { id, people }: Pick<NotifyConfiguration, 'id' | 'people'>,
): Letter {
  const { at, run, host, file } = origin;
  const time = new Date(at).toISOString();
  const subject = `Rollcall on ${host}: ${subjectOf(event, items)}`;
  const lines = items.flatMap((item) => [...linesOf(item, file, people)]);
  const [from, whole] = [run === undefined ? '' : `, run ${run}`, `rollcall status --config ${quoted(file)}`];
  return {
    id: `msg_${createHash('sha256').update(`${host} ${file} ${id} ${event} ${at}`).digest('hex').slice(0, 24)}`,
    event,
    at: time,
    ...(run !== undefined && { run }),
    host,
    configuration: file,
    subject,
    text: [subject, '', ...lines, '', `${time}${from}. All of it: ${whole}`].join('\n'),
    targets: items.map((item) => itemOf(item, file, people)),
  };
}

const called = { failed: 'fails', held: 'holds a plan', leavers: 'has leavers who are still on' } as const;

function subjectOf(event: Message['event'], items: readonly Item[]): string {
  const names = items.map(({ target }) => (target === '' ? 'the run' : target));
  const some =
    names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
  return event === 'recovered' ? `${some}: well again` : `${some} ${called[event]}`;
}

function* linesOf(
  { target, since, failed, held, leavers, was }: Item,
  file: string,
  people: boolean,
): Generator<string> {
  const name = target === '' ? 'The run' : target;
  const from = `since ${new Date(since).toISOString()}`;
  if (failed) yield `${name} fails (${failed.code}): ${failed.message}; told ${from}`;
  for (const one of held ?? []) {
    yield `${name} holds ${one.kind} ${one.count}: ${one.breaches.map(({ message }) => message).join('; ')}`;
    yield `  if that is meant: ${approve(target, one, file)}`;
  }
  if (leavers) {
    const who = people
      ? `: ${leavers.keys.join(', ')}${leavers.count > leavers.keys.length ? ', …' : ''}`
      : '';
    yield `${name}: ${leavers.count} ${leavers.count === 1 ? 'person' : 'people'} who left could not be switched off${who}`;
  }
  if (was === 'failed') yield `${name} works again; it had failed ${from}`;
  if (was === 'held') yield `${name} holds nothing any more`;
  if (was === 'leavers') yield `${name}: nobody who left is still on`;
}

function itemOf({ target, since, failed, held, leavers, was }: Item, file: string, people: boolean): object {
  return {
    target: target === '' ? null : target,
    since: new Date(since).toISOString(),
    ...(was !== undefined && { was }),
    ...(failed && { error: failed }),
    ...(held && {
      held: held.map((one) => ({
        kind: one.kind,
        count: one.count,
        checksum: one.checksum,
        reasons: one.breaches.map(({ message }) => message),
        approve: approve(target, one, file),
      })),
    }),
    ...(leavers && { leavers: { count: leavers.count, ...(people && { keys: leavers.keys }) } }),
  };
}

function approve(target: string, { checksum }: Held, file: string): string {
  return `rollcall approve --config ${quoted(file)} ${target} ${checksum.slice(0, 16)}`;
}

/** For a shell, which a path may have more than one word for. */
function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
