import type { IncomingHttpHeaders } from 'node:http';

/**
 * What services call a request in their answers, most usual first. AWS documents `x-amzn-requestid`, Okta
 * `x-okta-request-id`, GitHub `x-github-request-id`, Slack `x-slack-req-id`, Microsoft `request-id`, Cloudflare `cf-ray`.
 */
const names = [
  'x-request-id',
  'request-id',
  'x-amzn-requestid',
  'x-okta-request-id',
  'x-github-request-id',
  'x-slack-req-id',
  'x-correlation-id',
  'cf-ray',
] as const;

/** One word, no longer than any of them makes it: what else a header may hold is nobody's name for a request. */
const word = /^[\w.:=+/@-]{1,128}$/;

/** What the target calls the request that it answered; undefined where it does not say. */
export function requestIdOf(headers: IncomingHttpHeaders): string | undefined {
  const given = names.map((name) => headers[name]).find((value) => value !== undefined);
  return typeof given === 'string' && word.test(given) ? given : undefined;
}
