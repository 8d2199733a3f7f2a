import { markup } from '../html.ts';
import type { Html } from '../html.ts';

export interface SignInView {
  /** Where whoever signs in wanted to go. */
  readonly next: string;
  readonly token: string;
  /** What went wrong. */
  readonly said?: string;
}

export function signInPage({ next, token, said }: SignInView): Html {
  return markup`<div class="card signin">
    <h1>Sign in</h1>
    ${said !== undefined && markup`<div class="note bad" role="alert"><p>${said}</p></div>`}
    <form method="post" action="/sign-in">
      <input type="hidden" name="token" value="${token}" /><input type="hidden" name="next" value="${next}" />
      <label for="key">API key</label
      ><input
        id="key"
        type="password"
        name="key"
        required
        maxlength="512"
        autocomplete="current-password"
        aria-describedby="about"
      />
      <p class="soft" id="about">
        A key with the scope read, as <code>rollcall key new</code> makes one. With approve it may let held
        plans through, with operate pause a target, try again what failed and offboard somebody.
      </p>
      <button class="act">Sign in</button>
    </form>
  </div>`;
}

/** A sentence, where there is nothing else to show. */
export function messagePage({
  title,
  text,
  hint,
}: {
  readonly title: string;
  readonly text: string;
  readonly hint?: string | undefined;
}): Html {
  return markup`<h1>${title}</h1>
    <div class="note bad" role="alert">
      <p>${text}</p>
      ${hint !== undefined && markup`<p>${hint}</p>`}
    </div>
    <p><a href="/">Overview</a></p>`;
}

/** What an act came to, with the way back. */
export function donePage({
  title,
  text,
  tone,
  back,
  backIs,
}: {
  readonly title: string;
  readonly text: string;
  readonly tone: 'good' | 'warn';
  readonly back: string;
  readonly backIs: string;
}): Html {
  return markup`<h1>${title}</h1>
    <div class="note ${tone}" role="status"><p>${text}</p></div>
    <p><a href="${back}">${backIs}</a></p>`;
}
