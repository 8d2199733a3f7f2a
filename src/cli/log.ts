import { pino } from 'pino';
import type { Logger } from 'pino';

/** The log goes to stderr as NDJSON, without bodies, queries or credentials: it is counted, not told, who people are. */
export function openLog(level: string): Logger {
  return pino({ level, base: { name: 'rollcall' } }, pino.destination({ dest: 2, sync: true }));
}
