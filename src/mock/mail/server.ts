import { RollcallError } from '../../model/index.ts';

/** A mail server, as `--smtp` names it. */
export interface MailServer {
  readonly host: string;
  readonly port: number;
}

/** The port of SMTP (RFC 5321 §4.5.4.2). */
const SMTP = 25;

/**
 * `smtp://host:port`. What stands for a mail server in a test asks for no name and no encryption, so neither is spoken.
 * Throws `RollcallError('usage')` with a sentence for anything else.
 */
export function readMailServer(text: string): MailServer {
  const url = URL.parse(text);
  const isPlain = url?.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if (url?.protocol !== 'smtp:' || url.hostname === '' || !isPlain || !['', '/'].includes(url.pathname))
    throw new RollcallError('usage', {
      message: '--smtp names a mail server as smtp://HOST:PORT, and nothing more.',
      hint: 'Such as smtp://127.0.0.1:1025; without a name and a password, and without encryption.',
    });
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? SMTP : Number(url.port),
  };
}
