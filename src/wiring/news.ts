import { hostname } from 'node:os';
import { notify, newsOfFailure } from '../notify/index.ts';
import type { News, Surroundings } from '../notify/index.ts';
import { RollcallError, formatLocus } from '../model/index.ts';
import type { Configuration } from '../model/index.ts';
import { version } from './version.ts';

/** Tells whoever the configuration names; what goes wrong with that is a warning, and nothing more. */
export async function tellNews(
  configuration: Configuration,
  news: News | undefined,
  warn: (message: string) => void,
  env: Surroundings['env'] = process.env,
): Promise<void> {
  if (news === undefined) return;
  const userAgent = `rollcall/${version}`;
  await notify(configuration, news, { env, host: hostname(), userAgent, warn });
}

/** What somebody did wrong at the command line, and that another run is under way, is nobody else's news. */
const ownBusiness: readonly string[] = ['usage', 'locked', 'changed'];

export function newsOfError(error: unknown, at: number): News | undefined {
  const { code } = error as { readonly code?: unknown };
  if (error instanceof RollcallError)
    return ownBusiness.includes(error.code)
      ? undefined
      : newsOfFailure(at, { code: error.code, message: sentenceOf(error) });
  return newsOfFailure(at, {
    code: 'internal',
    message: `something that Rollcall was not made for (${typeof code === 'string' ? code : 'see its output'})`,
  });
}

/** The first few of what is wrong, each with its place. */
function sentenceOf({ problems }: RollcallError): string {
  const first = problems.slice(0, 3).map(({ message, locus }) => {
    const place = formatLocus(locus);
    return place === '' ? message : `${place}: ${message}`;
  });
  return [...first, ...(problems.length > 3 ? [`and ${problems.length - 3} more`] : [])].join('; ');
}
