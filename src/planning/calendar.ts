/** What a clock on the wall shows in a time zone, as the milliseconds since 1970 at which it would be that late in UTC. */
export type WallTime = number;

const hour = 3_600_000;
/** No zone has ever moved its clocks by more at once and back again within this time. */
const around = 26 * hour;

const formats = new Map<string, Intl.DateTimeFormat>();

/** How far a zone is ahead of UTC at an instant, in milliseconds. */
export function offsetAt(zone: string, instant: number): number {
  return wallTime(zone, instant) - Math.floor(instant / 1000) * 1000;
}

/** What the clock on the wall shows at an instant, to the second. */
export function wallTime(zone: string, instant: number): WallTime {
  const parts = new Map(
    formatOf(zone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const of = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-u-ca-gregory-nu-latn', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(zone, format);
  return format;
}

/**
 * The first instant at which the clock on the wall shows a time; where it never does, because the clocks are put forward
 * past it, the instant at which they are.
 */
export function instantOf(zone: string, wall: WallTime): number {
  const offsets = [offsetAt(zone, wall - around), offsetAt(zone, wall + around)];
  const shown = offsets.map((offset) => wall - offset).filter((instant) => wallTime(zone, instant) === wall);
  if (shown.length > 0) return Math.min(...shown);
  return changeBetween(zone, wall - around, wall + around);
}

/** The first instant with another offset than `from` has, to the second; `to` has another one. */
export function changeBetween(zone: string, from: number, to: number): number {
  const before = offsetAt(zone, from);
  let [low, high] = [Math.floor(from / 1000), Math.floor(to / 1000)];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(zone, middle * 1000) === before) low = middle;
    else high = middle;
  }
  return high * 1000;
}
