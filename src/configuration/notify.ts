import { createHash } from 'node:crypto';
import { NOTICES } from '../model/index.ts';
import type { MailServer, NotifyConfiguration, NotifyWay } from '../model/index.ts';
import type * as z from 'zod';
import { readSecret } from './authentication.ts';
import { isLoopback, readHookUrl } from './base-url.ts';
import { durationSeconds } from './durations.ts';
import { notifySchema } from './notify-schema.ts';
import type { Path } from './path.ts';
import type { Reading } from './reading.ts';
import type { Environment } from './secret.ts';

type NotifyText = z.output<typeof notifySchema>[number];

interface Place {
  readonly reading: Reading;
  readonly path: Path;
  readonly folder: string;
  readonly env: Environment | undefined;
}

const usualRepeat = 24 * 3600;
const usualTimeout = 10;
const longestTimeout = 60;

/** Who is told. Entries in which something is wrong are left out, and reported. */
export function readNotify(
  reading: Reading,
  folder: string,
  env: Environment | undefined,
): readonly NotifyConfiguration[] {
  const texts = reading.part(['notify'], notifySchema) ?? [];
  const told = texts.flatMap((text, index): readonly NotifyConfiguration[] => {
    const path = ['notify', index];
    const way = wayOf(text, { reading, path, folder, env });
    const timeoutSeconds = durationSeconds(text.timeout ?? usualTimeout);
    if (timeoutSeconds > longestTimeout)
      reading.problem([...path, 'timeout'], 'nobody is waited for longer than 60 seconds');
    if (way === undefined) return [];
    return [
      {
        name: `${text.kind} ${index + 1}`,
        id: idOf(text),
        on: text.on ?? NOTICES,
        repeatSeconds: durationSeconds(text.repeat ?? usualRepeat),
        timeoutSeconds,
        people: text.people === true,
        ...way,
      },
    ];
  });
  told.forEach(({ id }, index) => {
    if (told.findIndex((one) => one.id === id) < index)
      reading.problem(['notify', index], 'the same is told twice', 'take one of the two out');
  });
  return told;
}

/** Of where it goes alone, and not of how often: whoever asks for fewer messages is not told everything again. */
function idOf(text: NotifyText): string {
  const { on: _o, repeat: _r, timeout: _t, people: _p, ...way } = text;
  return createHash('sha256').update(JSON.stringify(way)).digest('hex').slice(0, 16);
}

function wayOf(text: NotifyText, place: Place): NotifyWay | undefined {
  switch (text.kind) {
    case 'webhook':
      return webhookOf(text, place);
    case 'command':
      if (text.command[0] !== '') return { kind: 'command', command: text.command, env: text.env ?? [] };
      return void place.reading.problem([...place.path, 'command', 0], 'the program has no name');
    case 'email':
      return emailOf(text, place);
  }
}

function webhookOf(
  { url, secret }: NotifyText & { kind: 'webhook' },
  { reading, path, folder, env }: Place,
): NotifyWay | undefined {
  const signed =
    secret === undefined ? {} : { secret: readSecret(reading, [...path, 'secret'], secret, folder, env) };
  if (typeof url !== 'string')
    return { kind: 'webhook', url: readSecret(reading, [...path, 'url'], url, folder, env), ...signed };
  const { url: found, message, hint } = readHookUrl(url);
  if (found === undefined) return void reading.problem([...path, 'url'], message!, hint);
  return { kind: 'webhook', url: found, ...signed };
}

function emailOf(
  { server: text, from, to, username, password }: NotifyText & { kind: 'email' },
  { reading, path, folder, env }: Place,
): NotifyWay | undefined {
  const server = mailServerOf(text);
  if ('message' in server) return void reading.problem([...path, 'server'], server.message, server.hint);
  if ((username === undefined) !== (password === undefined))
    return void reading.problem(path, 'a mail server is told a username and a password, or neither');
  return {
    kind: 'email',
    server,
    from,
    to: [to].flat(),
    ...(username !== undefined && {
      login: {
        username,
        password: readSecret(reading, [...path, 'password'], password!, folder, env),
      },
    }),
  };
}

const mailHint = 'such as smtps://mail.example.com, or smtp://mail.example.com:587';

function mailServerOf(text: string): MailServer | { readonly message: string; readonly hint: string } {
  const url = URL.parse(text);
  if (url === null || !/^smtps?:$/.test(url.protocol) || url.hostname === '')
    return { message: 'this is no address of a mail server', hint: mailHint };
  if (url.username !== '' || url.password !== '')
    return {
      message: 'the address of a mail server holds no credential',
      hint: 'put it beside it: username, and password: { env: NAME }',
    };
  if (!['', '/'].includes(url.pathname) || url.search !== '' || url.hash !== '')
    return { message: 'the address of a mail server ends with its port', hint: mailHint };
  const isImplicit = url.protocol === 'smtps:';
  // RFC 8314 §3.3 and RFC 6409 §3.1.
  const port = url.port === '' ? (isImplicit ? 465 : 587) : Number(url.port);
  const tls = isImplicit ? 'implicit' : isLoopback(url.hostname) ? 'none' : 'required';
  return { host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port, tls };
}
