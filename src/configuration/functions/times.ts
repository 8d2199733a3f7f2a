import { fileTime, generalizedTime, inRange, isoInstant, isoText } from '../instants.ts';
import type { OnAttribute } from './attribute.ts';
import { fault } from './fault.ts';

const day = 86_400_000;
/** 1 January of the year 0, which no clock has shown: an account that is locked for good (draft-behera-ldap-password-policy §5.3.3). */
const lockedForGood = generalizedTime('000001010000Z');

/** A span of time as CEL has it, `duration("30m")`. */
interface Duration {
  readonly seconds: bigint;
  readonly nanos: number;
}

/** Times as directories write them, and what they say of an account. */
export function registerTimes(onAttribute: OnAttribute, clock: () => number): void {
  onAttribute('generalizedTime', (text) => {
    const time = generalizedTime(text.trim());
    return time === undefined ? fault('generalizedTime met text that is no Generalized Time') : isoText(time);
  });
  onAttribute('fileTime', (text) => ofNumber('fileTime', fileTime(text.trim())), { kind: 'number' });
  onAttribute('epochDays', (text) => ofNumber('epochDays', epochDays(text.trim())), { kind: 'number' });

  onAttribute(
    'isExpired',
    (text) => {
      const time = instantOf('isExpired', text.trim());
      return time !== 'never' && time <= clock();
    },
    { kind: 'number', gives: 'bool', absent: false },
  );
  onAttribute(
    'isLocked',
    (text, span: Duration) => {
      const time = instantOf('isLocked', text.trim());
      const length = Number(span.seconds) * 1000 + span.nanos / 1_000_000;
      if (length < 0) return fault('isLocked met a span of time that is negative');
      if (time === 'never') return false;
      // Nobody is let in again by the clock alone: both Active Directory and password policies write 0 for that.
      return time === lockedForGood || length === 0 || clock() < time + length;
    },
    { kind: 'number', also: ['google.protobuf.Duration'], gives: 'bool', absent: false },
  );
}

function ofNumber(name: string, time: number | 'never' | undefined): string | null {
  if (time === undefined)
    return fault(`${name} met something that is no such number, or no year of four digits`);
  return time === 'never' ? null : isoText(time);
}

/**
 * Midnight UTC of a day that is counted from 1970, as `shadowExpire` is (RFC 2307 §3, shadow(5)); -1 is never. Of 0
 * shadow(5) says that some read it as never and others as 1970, so that it is nothing to act upon.
 */
function epochDays(text: string): number | 'never' | undefined {
  if (!/^-?\d{1,7}$/.test(text)) return undefined;
  const days = Number(text);
  if (days === -1) return 'never';
  if (days === 0) return fault('epochDays met 0, which some systems read as never and others as 1970');
  return days < 0 ? undefined : inRange(days * day);
}

/** A time that an account's state hangs on: a FILETIME, a Generalized Time, or what the functions above make of them. */
function instantOf(name: string, text: string): number | 'never' {
  if (/^\d+$/.test(text)) {
    const time = fileTime(text);
    // As a FILETIME, days, seconds and milliseconds since 1970 are all long ago, and everybody would be switched off.
    if (time === undefined || (time !== 'never' && time < 0))
      return fault(`${name} met a number that is no FILETIME of our days; epochDays reads days since 1970`);
    return time;
  }
  return (
    generalizedTime(text) ??
    isoInstant(text) ??
    fault(`${name} met text that is no FILETIME, no Generalized Time and no date and time with its zone`)
  );
}
