import { pino } from 'pino';
import type { Logger } from 'pino';

export type { Logger } from 'pino';

const open = new Map<string, Logger>();

/**
 * The log goes to stderr as NDJSON, without bodies, queries or credentials: it is counted, not told, who people are,
 * unless somebody asks for that (`--log-personal-data`); credentials and passwords are in none.
 */
export function openLog(level = 'warn'): Logger {
  const known = open.get(level);
  if (known !== undefined) return known;
  const destination = pino.destination({ dest: 2, sync: true });
  // A log that cannot be written stops nobody's account from being switched off.
  destination.on('error', () => undefined);
  const log = pino({ level, base: { name: 'rollcall' } }, destination);
  open.set(level, log);
  return log;
}
