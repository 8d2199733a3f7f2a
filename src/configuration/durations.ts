/** A year is 365 days. */
const seconds: Readonly<Record<string, number>> = {
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
  y: 365 * 86_400,
};

/** Seconds of a number of seconds or of text such as `36h` or `2d`. */
export function durationSeconds(value: number | string): number {
  return typeof value === 'number' ? value : Number(value.slice(0, -1)) * (seconds[value.at(-1)!] ?? NaN);
}
