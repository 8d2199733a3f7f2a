import { createHmac } from 'node:crypto';
import { request as plain } from 'node:http';
import { request as encrypted } from 'node:https';

export interface Posted {
  readonly url: string;
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly body: string;
  readonly secret?: string;
  readonly milliseconds: number;
  readonly userAgent: string;
}

/**
 * The headers that sign a message as Standard Webhooks has it (standardwebhooks.com): HMAC-SHA256 over id, time and body.
 * A secret that begins with `whsec_` is base64, any other is what it says.
 */
export function signed({
  id,
  at,
  body,
  secret,
}: Pick<Posted, 'id' | 'at' | 'body' | 'secret'>): Record<string, string> {
  const seconds = String(Math.floor(at / 1000));
  const headers = { 'webhook-id': id, 'webhook-timestamp': seconds };
  if (secret === undefined) return headers;
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : secret;
  const signature = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64');
  return { ...headers, 'webhook-signature': `v1,${signature}` };
}

/** Resolves where the answer is 2xx. Whatever else comes of it is an error without anything of the address in it. */
export function post(posted: Posted): Promise<void> {
  const url = new URL(posted.url);
  const bytes = Buffer.from(posted.body);
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(why));
    const sent = (url.protocol === 'https:' ? encrypted : plain)(url, {
      method: 'POST',
      agent: false,
      signal: AbortSignal.timeout(posted.milliseconds),
      headers: {
        'content-type': 'application/json',
        'content-length': bytes.length,
        'user-agent': posted.userAgent,
        ...signed(posted),
      },
    });
    sent.on('response', ({ statusCode: status = 0 }) => {
      // What it has to say beyond that is nobody's business here, however long it is.
      sent.destroy();
      if (status >= 200 && status < 300) resolve();
      else if (status >= 300 && status < 400)
        fail(`it answered ${status}, and nobody is followed to another place`);
      else fail(`it answered ${status}`);
    });
    sent.on('error', (error: NodeJS.ErrnoException) =>
      fail(
        error.name === 'TimeoutError' || error.name === 'AbortError'
          ? `it did not answer within ${posted.milliseconds / 1000} s`
          : `it could not be reached (${error.code ?? error.name})`,
      ),
    );
    sent.end(bytes);
  });
}
