import { readHookUrl, resolveSecret } from '../configuration/index.ts';
import type { Configuration, NotifyConfiguration, SecretReference } from '../model/index.ts';
import { noteTold, toldTo } from '../store/notices.ts';
import { openState } from '../store/state.ts';
import type { State } from '../store/state.ts';
import { startCommand } from './command.ts';
import { sendMail } from './email.ts';
import { judge } from './judge.ts';
import type { News } from './news.ts';
import { post } from './webhook.ts';
import { letterOf } from './words.ts';
import type { Letter } from './words.ts';

export { newsOf, newsOfFailure } from './news.ts';
export type { News } from './news.ts';

export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly host: string;
  readonly userAgent: string;
  /** Told of what could not be told, and of a state that does not remember. */
  readonly warn: (message: string) => void;
}

/**
 * Tells everybody who asked for it what a run has to say and they do not know yet. Whoever cannot be told is told by the
 * next run. Never fails: whatever goes wrong is a sentence for the log, without secrets in it.
 */
export async function notify(
  { state: path, file, notify: all = [] }: Configuration,
  news: News,
  around: Surroundings,
): Promise<void> {
  if (all.length === 0) return;
  let state: State | undefined;
  try {
    const opened = openState(path, false);
    state = opened;
    await Promise.all(all.map((one) => tell(one, opened, { ...news, host: around.host, file }, around)));
  } catch (error) {
    around.warn(`nobody was told of this run: ${(error as Error).message}`);
  } finally {
    state?.close();
  }
}

async function tell(
  told: NotifyConfiguration,
  state: State,
  news: News & { readonly host: string; readonly file: string },
  around: Surroundings,
): Promise<void> {
  try {
    // One after the other: where the first does not arrive, the next would not either.
    for (const message of judge(news, toldTo(state, told.id), told)) {
      if (told.on.includes(message.event)) await send(told, letterOf(message, news, told), news.at, around);
      noteTold(state, told.id, message.told);
    }
  } catch (error) {
    around.warn(`${told.name} could not be told: ${(error as Error).message}`);
  }
}

async function send(
  told: NotifyConfiguration,
  letter: Letter,
  at: number,
  { env, userAgent }: Surroundings,
): Promise<void> {
  const milliseconds = told.timeoutSeconds * 1000;
  const read = (reference: SecretReference): Promise<string> =>
    resolveSecret(reference, env, { commandSeconds: told.timeoutSeconds });
  const { id, subject, text } = letter;
  switch (told.kind) {
    case 'webhook': {
      const url = typeof told.url === 'string' ? told.url : addressOf(await read(told.url));
      const secret = told.secret && (await read(told.secret));
      const body = JSON.stringify(letter);
      await post({ url, id, at, body, milliseconds, userAgent, ...(secret !== undefined && { secret }) });
      return;
    }
    case 'command': {
      const { command, env: names } = told;
      const input = `${JSON.stringify(letter)}\n`;
      await startCommand({ command, env: names, environment: env, input, milliseconds });
      return;
    }
    case 'email': {
      const { server, from, to, login } = told;
      const known = login && { username: login.username, password: await read(login.password) };
      await sendMail({
        server,
        ...(known && { login: known }),
        from,
        to,
        subject,
        text,
        at,
        id,
        milliseconds,
      });
    }
  }
}

function addressOf(secret: string): string {
  const { url, message } = readHookUrl(secret);
  if (url === undefined) throw new Error(message);
  return url;
}
