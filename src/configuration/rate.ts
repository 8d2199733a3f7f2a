import type { Budget, PaceRules } from '../model/index.ts';

/** The rate as a target's part of the configuration says it. */
export type Rate =
  | number
  | {
      readonly perSecond?: number | undefined;
      readonly burst?: number | undefined;
      readonly perMinute?: number | undefined;
      readonly perHour?: number | undefined;
      readonly perDay?: number | undefined;
      readonly reserve?: number | undefined;
    };

/** The profile's pace with the numbers that the configuration puts in their place; what it does not say stays as it is. */
export function paceOf(
  profile: PaceRules,
  { concurrency, rate = {} }: { readonly concurrency?: number | undefined; readonly rate?: Rate | undefined },
): PaceRules {
  const said = typeof rate === 'number' ? { perSecond: rate } : rate;
  const perSecond = said.perSecond ?? profile.perSecond;
  const burst = said.perSecond === undefined ? profile.burst : said.burst;
  // Who says how many requests go out in a second says it of all of them.
  const rates = said.perSecond === undefined ? profile.rates : undefined;
  const reserve = said.reserve ?? profile.reserve;
  const own = [
    budget('minute', said.perMinute),
    budget('hour', said.perHour),
    budget('day', said.perDay),
  ].filter((one) => one !== undefined);
  const kept = (profile.budgets ?? []).filter(
    ({ of, per }) => of !== 'requests' || !own.some((one) => one.per === per),
  );
  const budgets = [...kept, ...own];
  return {
    concurrency: concurrency ?? profile.concurrency,
    ...(perSecond !== undefined && { perSecond }),
    ...(burst !== undefined && { burst }),
    ...(rates !== undefined && { rates }),
    ...(budgets.length > 0 && { budgets }),
    ...(reserve !== undefined && { reserve }),
  };
}

/** What is wrong with a burst; nothing where it is one that the rate can have. */
export function burstProblem({
  perSecond,
  burst,
}: {
  readonly perSecond?: number | undefined;
  readonly burst?: number | undefined;
}): string | undefined {
  if (burst === undefined) return undefined;
  if (perSecond === undefined)
    return 'burst says how many of perSecond start at once: give perSecond as well';
  const most = Math.max(1, Math.floor(perSecond));
  if (Number.isInteger(burst) && burst >= 1 && burst <= most) return undefined;
  return most === 1
    ? `burst has to be 1 with ${perSecond} a second`
    : `burst has to be a whole number from 1 to ${most}, the requests of a second`;
}

function budget(per: Budget['per'], count: number | undefined): Budget | undefined {
  return count === undefined ? undefined : { of: 'requests', count, per };
}
