import type { Value } from './spec.ts';

/** What may stand behind a word. */
export interface Takes {
  /** As it stands in a list of the words: `=N`, `[=BYTES]`, or nothing. */
  readonly shown: string;
  /** As it stands in a message: "a status from 200 to 599". */
  readonly says: string;
  readonly fits: (value: Value) => boolean;
  /** A text even where it looks like a number: somebody may be called 007. */
  readonly isText?: true;
}

/** 1xx is none: no answer ends with one (RFC 9110 §15.2). */
export const status: Takes = {
  shown: '=N',
  says: 'a status from 200 to 599',
  fits: (value) => isWhole(value) && Number(value) >= 200 && Number(value) <= 599,
};

export const nothing: Takes = { shown: '', says: 'no value', fits: (value) => value === true };

/** Up to an hour. */
export const milliseconds = whole('milliseconds up to 3600000 (an hour)', '=MS', 3_600_000);
/** Up to a GiB. */
export const bytes = whole('a number of bytes up to 1073741824', '=BYTES', 2 ** 30);

export const text: Takes = {
  shown: '=TEXT',
  says: 'a text of up to 1000 characters',
  fits: isText,
  isText: true,
};

/** What may stand in a header (RFC 9110 §5.5). */
export const headerText: Takes = {
  shown: '=TEXT',
  says: 'a text of printable ASCII characters',
  fits: (value) => isText(value) && /^[\x20-\x7e]*$/.test(String(value)),
  isText: true,
};

export const share: Takes = {
  shown: '=SHARE',
  says: 'a number from 0 to 1',
  fits: (value) => typeof value === 'number' && value >= 0 && value <= 1,
};

/** Seconds since the fault was given, or a point in time. */
export const time: Takes = {
  shown: '=TIME',
  says: 'a number of seconds since the fault was given, or a time such as 2026-11-25T09:00:00Z',
  fits: (value) => (isWhole(value) && Number(value) <= 10 ** 9) || isTime(value),
};

/** What a path below the base URL begins with: anything else would match nothing. */
export const path: Takes = {
  shown: '=PATH',
  says: 'a path that begins with / or *, such as /Users',
  fits: (value) => isText(value) && /^[/*]/.test(String(value)),
  isText: true,
};

/** `shown` and `says` may name it better. */
export function whole(says: string, shown = '=N', most: number = Number.MAX_SAFE_INTEGER): Takes {
  return { shown, says, fits: (value) => isWhole(value) && Number(value) <= most };
}

export function positive(says: string, shown = '=N', most: number = Number.MAX_SAFE_INTEGER): Takes {
  return { shown, says, fits: (value) => isWhole(value) && Number(value) >= 1 && Number(value) <= most };
}

/** Also below zero. */
export function integer(says: string, shown = '=N', most: number = Number.MAX_SAFE_INTEGER): Takes {
  return {
    shown,
    says,
    fits: (value) => Number.isSafeInteger(value) && Math.abs(Number(value)) <= most,
  };
}

export function oneOf(...words: readonly string[]): Takes {
  return {
    shown: `=${words.join('|')}`,
    says: words.length > 1 ? `${words.slice(0, -1).join(', ')} or ${words.at(-1)}` : `${words[0]}`,
    fits: (value) => typeof value === 'string' && words.includes(value),
  };
}

export function named(shown: string, says: string): Takes {
  return { ...text, shown: `=${shown}`, says };
}

export function optional(takes: Takes): Takes {
  const { shown, says, fits } = takes;
  return {
    ...takes,
    shown: `[${shown}]`,
    says: `${says}, or no value`,
    fits: (value) => value === true || fits(value),
  };
}

export function either(one: Takes, other: Takes): Takes {
  return {
    shown: `${one.shown}|${other.shown.slice(1)}`,
    says: `${one.says}, or ${other.says}`,
    fits: (value) => one.fits(value) || other.fits(value),
  };
}

export function isWhole(value: Value): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isText(value: Value): boolean {
  return typeof value === 'string' && value !== '' && value.length <= 1000;
}

function isTime(value: Value): boolean {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\d(T|$)/.test(value) && !Number.isNaN(Date.parse(value));
}
