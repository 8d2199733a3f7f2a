import { RollcallError } from '../model/index.ts';

const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `90s`, `5m`, `2h` in milliseconds; a number alone is seconds. */
export function duration(text: string, option: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?$/.exec(text.trim());
  if (!match)
    throw new RollcallError('usage', {
      message: `${option} ${text} is no length of time`,
      hint: 'write it as 30s, 5m or 2h',
    });
  return Number(match[1]) * units[match[2] ?? 's']!;
}
