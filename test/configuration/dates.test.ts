import { describe, expect, it } from 'vitest';
import { addDays, dateFormat, daysBetween, todayIn } from '../../src/configuration/dates.ts';

describe('a date', () => {
  it.each([
    ['DD/MM/YYYY', '31/12/2025', '2025-12-31'],
    ['M/D/YYYY', '3/1/2026', '2026-03-01'],
    ['DD.MM.YYYY', '01.02.2026', '2026-02-01'],
    ['D MMM YYYY', '5 jan 2026', '2026-01-05'],
    ['YYYYMMDD', '20260301', '2026-03-01'],
    ['YYYY-MM-DDTHH:mm:ss', '2026-03-01T08:15:00', '2026-03-01T08:15:00'],
    ['YYYY-MM-DD', ' 2026-03-01 ', '2026-03-01'],
  ])('of the form %s is read from %s', (pattern, text, iso) => {
    expect(dateFormat(pattern)?.parse(text)).toBe(iso);
  });

  it.each([
    ['DD/MM/YYYY', '30/02/2026'],
    ['DD/MM/YYYY', '12/31/2025'],
    ['DD/MM/YYYY', '1/1/2026'],
    ['DD.MM.YYYY', '01x02x2026'],
    ['D MMM YYYY', '5 Foo 2026'],
    ['YYYY-MM-DD HH:mm', '2026-03-01 24:00'],
    ['YYYY-MM-DD', '2026-03-01x'],
    ['YYYY-MM-DD', ''],
  ])('of the form %s is not read from %s', (pattern, text) => {
    expect(dateFormat(pattern)?.parse(text)).toBeUndefined();
  });

  it.each(['', 'YYYY', 'DD/MM/YY', 'YYYY-MM-DD DD', 'YYYY-MM-MM-DD', 'yyyy-mm-dd'])(
    'has no form %s',
    (pattern) => {
      expect(dateFormat(pattern)).toBeUndefined();
    },
  );

  it('is written in any form', () => {
    expect(dateFormat('D MMM YYYY')?.format('2026-01-05')).toBe('5 Jan 2026');
    expect(dateFormat('DD.MM.YYYY HH:mm')?.format('2026-01-05T07:08:09')).toBe('05.01.2026 07:08');
    expect(dateFormat('DD.MM.YYYY')?.format('2026-02-30')).toBeUndefined();
  });

  it('is reckoned with in calendar days', () => {
    expect(daysBetween('2026-03-28', '2026-03-30')).toBe(2);
    expect(daysBetween('2026-03-30', '2026-03-28')).toBe(-2);
    expect(daysBetween('2024-02-28', '2024-03-01')).toBe(2);
    expect(daysBetween('soon', '2026-03-28')).toBeUndefined();
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
    expect(addDays('2026-12-31', 1e9)).toBeUndefined();
    expect(addDays('9999-12-31', 1)).toBeUndefined();
  });

  it('of today turns at midnight of the time zone', () => {
    let now = Date.UTC(2026, 2, 1, 22, 59);
    const berlin = todayIn('Europe/Berlin', () => now);
    const utc = todayIn('UTC', () => now);
    expect([berlin(), utc()]).toEqual(['2026-03-01', '2026-03-01']);
    now += 60_000;
    expect([berlin(), utc()]).toEqual(['2026-03-02', '2026-03-01']);
  });
});
