import type { MailServer } from '../model/index.ts';

export interface Mail {
  readonly server: MailServer;
  readonly login?: { readonly username: string; readonly password: string };
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly id: string;
  readonly milliseconds: number;
}

/** Resolves when the mail server has taken it, for everybody. The library is loaded for the first e-mail. */
export async function sendMail(mail: Mail): Promise<void> {
  const { createTransport } = await import('nodemailer');
  const { server, login, milliseconds } = mail;
  const transport = createTransport({
    host: server.host,
    port: server.port,
    secure: server.tls === 'implicit',
    requireTLS: server.tls === 'required',
    ignoreTLS: server.tls === 'none',
    ...(login && { auth: { user: login.username, pass: login.password } }),
    disableFileAccess: true,
    disableUrlAccess: true,
    connectionTimeout: milliseconds,
    greetingTimeout: milliseconds,
    socketTimeout: milliseconds,
    dnsTimeout: milliseconds,
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`the mail server did not take it within ${milliseconds / 1000} s`)),
      milliseconds,
    );
  });
  const sent = transport.sendMail({
    from: { name: 'Rollcall', address: mail.from },
    to: mail.to.map((address) => ({ name: '', address })),
    subject: mail.subject,
    text: mail.text,
    date: new Date(mail.at),
    messageId: `<${mail.id}@rollcall.invalid>`,
    // RFC 3834 §5: nobody who is away answers it.
    headers: { 'Auto-Submitted': 'auto-generated' },
  });
  try {
    const { rejected } = await Promise.race([sent, late]);
    if (rejected.length > 0) throw new Error(`the mail server refused ${rejected.length} of the addresses`);
  } catch (error) {
    throw new Error(reasonOf(error as Error & { code?: string; responseCode?: number }), { cause: error });
  } finally {
    clearTimeout(timer);
    sent.catch(() => undefined);
    transport.close();
  }
}

/** A code and no more where the server was heard: what it says may repeat an address, or what was said to it. */
function reasonOf({ message, code, responseCode }: Error & { code?: string; responseCode?: number }): string {
  if (responseCode !== undefined) return `the mail server answered ${responseCode} (${code ?? 'refused'})`;
  return code === undefined ? message : `the mail server could not be used (${code})`;
}
