import type { Held, Notice, NotifyConfiguration } from '../model/index.ts';
import type { Told } from '../store/notices.ts';
import type { Event, Failed, Leavers, News, TargetNews } from './news.ts';

/** One message: everything of one kind that a run has to tell somebody. */
export interface Message {
  readonly event: Notice;
  readonly items: readonly Item[];
  /** To be noted once it has arrived. */
  readonly told: readonly Told[];
}

export interface Item {
  readonly target: string;
  /** When it was told first. */
  readonly since: number;
  readonly failed?: Failed;
  readonly held?: readonly Held[];
  readonly leavers?: Leavers;
  /** What is over. */
  readonly was?: Event;
}

const events = ['failed', 'held', 'leavers'] as const;
const hour = 3_600_000;

/**
 * What somebody is to be told now, at most one message for each kind. What lasts is told again after their `repeat`; a kind
 * that is held in addition, more leavers, or something that comes back soon after it was over, after an hour at most.
 */
export function judge(
  { at, targets }: News,
  told: readonly Told[],
  { on, repeatSeconds }: Pick<NotifyConfiguration, 'on' | 'repeatSeconds'>,
): readonly Message[] {
  const repeat = repeatSeconds * 1000;
  const messages = new Map<Notice, { readonly items: Item[]; readonly told: Told[] }>();
  const add = (event: Notice, item: Item, row: Told): void => {
    const message = messages.get(event) ?? { items: [], told: [] };
    messages.set(event, message);
    message.items.push(item);
    message.told.push(row);
  };
  for (const news of targets)
    for (const event of events) {
      const now = news[event];
      if (now === undefined || !on.includes(event)) continue;
      const { target } = news;
      const before = told.find((row) => row.target === target && row.event === event);
      const isOver = before === undefined || before.isOver;
      if (now === false) {
        if (isOver) continue;
        const row = { ...before, toldAt: at, isOver: true };
        add('recovered', { target, since: before.since, was: event }, row);
        continue;
      }
      const detail = detailOf(event, news);
      const since = isOver ? at : before.since;
      if (!isDue(before, detail, { event, at, repeat })) continue;
      add(
        event,
        { target, since, [event]: now },
        { target, event, detail, since, toldAt: at, isOver: false },
      );
    }
  return [...messages].map(([event, message]) => ({ event, ...message }));
}

function isDue(
  before: Told | undefined,
  detail: string,
  { event, at, repeat }: { readonly event: Event; readonly at: number; readonly repeat: number },
): boolean {
  // A clock that was set back shall not silence anybody.
  if (before === undefined || before.toldAt > at) return true;
  const passed = at - before.toldAt;
  if (before.isOver) return passed >= Math.min(repeat, hour);
  const isMore = event === 'held' ? isAmong(detail, before.detail) : Number(detail) > Number(before.detail);
  return passed >= (isMore ? Math.min(repeat, hour) : repeat);
}

/** Whether something is held that was not before. */
function isAmong(now: string, before: string): boolean {
  const known = before.split(' ');
  return now.split(' ').some((kind) => !known.includes(kind));
}

function detailOf(event: Event, { held, leavers, failed }: TargetNews): string {
  if (event === 'held') return (held || []).map(({ kind }) => kind).join(' ');
  if (event === 'leavers') return String((leavers as Leavers).count);
  return (failed as Failed).code;
}
