import { expect, test } from 'vitest';
import { limitOf } from '../../src/scim/rate-limit.ts';

const now = 1_790_000_000_000;

test.for([
  [
    { 'x-ratelimit-limit': '5000', 'x-ratelimit-remaining': '12', 'x-ratelimit-reset': '1790000060' },
    12,
    60,
    5000,
  ],
  [
    { 'x-rate-limit-limit': '600', 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': '1790000005' },
    0,
    5,
    600,
  ],
  [{ 'ratelimit-limit': '100, 100;w=60', 'ratelimit-remaining': '3', 'ratelimit-reset': '30' }, 3, 30, 100],
  [{ ratelimit: 'limit=100, remaining=50, reset=5' }, 50, 5, 100],
  [{ ratelimit: '"default";r=50;t=30' }, 50, 30, undefined],
  [{ ratelimit: '"burst";r=9;t=1, "daily";r=2;t=400' }, 2, 400, undefined],
  [{ 'x-ratelimit-remaining': '7', 'x-ratelimit-reset': '99999999999' }, 7, 86_400, undefined],
] as const)('%o', ([headers, remaining, seconds, limit]) => {
  expect(limitOf(headers, now)).toEqual({
    remaining,
    resetAt: now + seconds * 1000,
    ...(limit !== undefined && { limit }),
  });
});

test.for([
  {},
  { 'x-ratelimit-remaining': '0' },
  { 'x-ratelimit-reset': '60' },
  { 'x-ratelimit-remaining': '-1', 'x-ratelimit-reset': '60' },
  { 'x-ratelimit-remaining': 'many', 'x-ratelimit-reset': 'soon' },
  { ratelimit: 'nothing' },
  { ratelimit: '"default";r=-5;t=30' },
])('%o says nothing', (headers) => {
  expect(limitOf(headers, now)).toBeUndefined();
});
