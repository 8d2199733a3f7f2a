import { exchangeSecret } from '../configuration/kept-secret.ts';
import { resolveSecret } from '../configuration/secret.ts';
import type { Environment } from '../configuration/secret.ts';
import { issueStatic } from '../scim/authorise.ts';
import type { Secrets } from '../scim/authorise.ts';
import type { Candidate } from '../scim/credential.ts';
import { endingInWords } from '../scim/expiry.ts';
import type { Configuration, Problem, TargetConfiguration } from '../model/index.ts';

export function openSecrets(env: Environment): Secrets {
  return {
    read: (reference, shape = 'line') => resolveSecret(reference, env, { shape }),
    exchange: (reference, use) => exchangeSecret(reference, env, use),
  };
}

/** What there is to warn of about the credential that is in use. */
export function* warningsOf(
  { name }: TargetConfiguration,
  candidate: Candidate,
  now: number,
): Generator<Problem> {
  const locus = { path: `targets.${name}.auth` };
  if (candidate.isNext)
    yield {
      message: `${name} refuses the first secret, and is sent the next one`,
      locus,
      hint: 'put the one of next in the place of the first, and take next away',
    };
  const ending = candidate.endsAt === undefined ? undefined : endingInWords(candidate.endsAt, now);
  if (ending !== undefined)
    yield { message: `${candidate.name} of ${name} ${ending}`, locus, hint: whatToDo };
}

const whatToDo = 'have a new one made in time: next has it tried as soon as the first one is refused';

/** What the configuration alone says: a date, and that two secrets are in place. */
export function* configuredWarnings({ targets, warnings }: Configuration, now: number): Generator<Problem> {
  yield* warnings.filter(({ locus }) => /^targets\..*\.auth\.next$/.test(locus?.path ?? ''));
  for (const target of targets) yield* datedWarnings(target, now);
}

function* datedWarnings({ name, authentication }: TargetConfiguration, now: number): Generator<Problem> {
  if (authentication.kind === 'none' || authentication.expires === undefined) return;
  const ending = endingInWords(authentication.expires, now);
  if (ending !== undefined)
    yield {
      message: `the secret of ${name} ${ending}`,
      locus: { path: `targets.${name}.auth.expires` },
      hint: 'have a new one made in time, and change the date with it',
    };
}

/**
 * Warns of secrets that end within two weeks, whether or not anything will be sent; a token that is a JWT says so itself.
 * A command is not called for this: it may ask somebody. What cannot be read is told when it is needed.
 */
export async function warnOfEndings(
  targets: readonly TargetConfiguration[],
  secrets: Secrets,
  now: () => number,
  warn: (problem: Problem) => void,
): Promise<void> {
  for (const target of targets) {
    for (const warning of datedWarnings(target, now())) warn(warning);
    const { authentication: auth } = target;
    if (auth.kind === 'none' || auth.kind === 'oauth2' || auth.kind === 'basic') continue;
    if ((auth.kind === 'bearer' ? auth.token : auth.value).kind === 'command') continue;
    const { next: _, ...first } = auth;
    const issued = await issueStatic(first, secrets, now).catch(() => undefined);
    for (const warning of issued ? warningsOf(target, issued.candidates[0], now()) : []) warn(warning);
  }
}
