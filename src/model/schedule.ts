/**
 * When something is due, as cron writes it: on which seconds, minutes, hours, days of the month, months (1 to 12) and days
 * of the week (0 is Sunday). Absent is every one of them.
 */
export interface Schedule {
  /** As somebody wrote it, for people. */
  readonly text: string;
  readonly second?: ReadonlySet<number>;
  readonly minute?: ReadonlySet<number>;
  readonly hour?: ReadonlySet<number>;
  readonly dayOfMonth?: ReadonlySet<number>;
  readonly month?: ReadonlySet<number>;
  readonly dayOfWeek?: ReadonlySet<number>;
}
