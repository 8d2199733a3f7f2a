import { RollcallError } from '../model/index.ts';
import { duration } from './duration.ts';

const day = 86_400_000;

/** `30m` from now, or the next time that a clock here shows `18:30`; in milliseconds since 1970. */
export function untilOf(text: string, now: number): number {
  const clock = /^(\d{1,2}):(\d{2})$/.exec(text.trim());
  if (clock === null) return now + positive(text);
  const [hours, minutes] = [Number(clock[1]), Number(clock[2])];
  if (hours > 23 || minutes > 59) throw wrong(text);
  const at = new Date(now);
  at.setHours(hours, minutes, 0, 0);
  return at.getTime() > now ? at.getTime() : tomorrow(at);
}

/** Whether a time of day is one of tomorrow: whoever meant the one that has just gone by would not expect it. */
export function isTomorrow(text: string, now: number): boolean {
  const until = new Date(untilOf(text, now));
  return text.includes(':') && until.getDate() !== new Date(now).getDate();
}

/** The same time of the next day, whatever the clocks did in the night. */
function tomorrow(at: Date): number {
  const next = new Date(at.getTime());
  next.setDate(next.getDate() + 1);
  return next.getTime() > at.getTime() ? next.getTime() : at.getTime() + day;
}

function positive(text: string): number {
  try {
    const length = duration(text, '--until');
    if (length > 0) return length;
  } catch {
    // Told in the words below, which know of clocks, too.
  }
  throw wrong(text);
}

function wrong(text: string): RollcallError {
  return new RollcallError('usage', {
    message: `--until ${text} is neither a length of time nor a time of day`,
    hint: 'write it as 30m, 2h or 18:30',
  });
}
