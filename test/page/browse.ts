import { expect } from 'vitest';
import { keyOf } from '../http/office.ts';
import type { openOffice } from '../http/office.ts';

type Office = Awaited<ReturnType<typeof openOffice>>;

/** A browser without a screen: it keeps cookies and sends forms as a page has them. */
export function browse({ app }: Pick<Office, 'app'>) {
  const cookies = new Map<string, string>();
  let last = '';
  const ask = async (
    method: 'GET' | 'POST',
    url: string,
    form?: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>> = {},
  ) => {
    const answer = await app.inject({
      method,
      url,
      headers: {
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
        ...headers,
      },
      ...(form && { payload: new URLSearchParams(form).toString() }),
    });
    for (const { name, value } of answer.cookies as { name: string; value: string }[])
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    last = answer.body;
    return { status: answer.statusCode, text: answer.body, headers: answer.headers };
  };
  return {
    cookies,
    get: (url: string) => ask('GET', url),
    /** Sends a form of the page that was seen last, with its hidden fields from the given action on. */
    post: (url: string, form: Readonly<Record<string, string>> = {}, headers = {}) =>
      ask('POST', url, { ...hidden(last, url), ...form }, headers),
    bare: (url: string, form: Readonly<Record<string, string>>) => ask('POST', url, form),
    async signIn(scope = 'all', next = '/') {
      await ask('GET', next);
      const answer = await this.post('/sign-in', { key: keyOf(scope) });
      expect(answer.status).toBe(303);
      return answer;
    },
  };
}

/** The hidden fields of the first form that goes there. */
function hidden(text: string, action: string): Record<string, string> {
  const form = new RegExp(`<form[^>]*action="${action}"[^]*?</form>`).exec(text)?.[0] ?? '';
  const fields = form.matchAll(/<input\s+type="hidden"\s+name="(\w+)"\s+value="([^"]*)"/g);
  return Object.fromEntries([...fields].map(([, name, value]) => [name!, value!] as const));
}
