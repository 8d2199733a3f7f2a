import type { Client, ClientOptions } from 'ldapts';
import { RollcallError } from '../../../src/model/index.ts';
import type { LdapOptions } from '../../../src/model/index.ts';
import { explain, openFile } from '../file.ts';
import { reasonOf, startTlsReason } from './reasons.ts';
import type { Reason } from './reasons.ts';

type TlsOptions = NonNullable<ClientOptions['tlsOptions']>;

/** The oldest version that RFC 8996 leaves in use. */
const OLDEST_TLS = 'TLSv1.2';

/**
 * A connection that has proved whom it speaks with, and has said who asks. Throws `RollcallError('source')` with the
 * address for everything that fails, also for a certificate that nobody vouches for: there is no way to go on without.
 */
export async function connect(
  options: LdapOptions,
  secretOf: (reference: NonNullable<LdapOptions['bind']>['password']) => Promise<string>,
): Promise<Client> {
  const { url, startTls, bind, timeoutSeconds } = options;
  const host = hostOf(url);
  const tls: TlsOptions = { minVersion: OLDEST_TLS, ...(await authoritiesOf(options)) };
  const password = bind === undefined ? undefined : await secretOf(bind.password);
  const { Client: LdapClient } = await import('ldapts');
  const milliseconds = timeoutSeconds * 1000;
  const client = new LdapClient({
    url,
    connectTimeout: milliseconds,
    timeout: milliseconds,
    // The client would take any of them for a wish to speak TLS from the first byte on.
    ...(url.startsWith('ldaps:') && { tlsOptions: tls }),
  });
  let explained: (error: unknown) => Reason = startTlsReason;
  try {
    // `host` is what the certificate has to be for: the library hands over no more than an open socket.
    if (startTls) await client.startTLS({ ...tls, host });
    explained = (error) => reasonOf(error, bind);
    // Without a name and a password this is an anonymous bind (RFC 4513 §5.1.1), which a server may refuse here and now.
    await client.bind(bind?.dn ?? '', password ?? '');
    return client;
  } catch (error) {
    await close(client);
    throw new RollcallError(
      'source',
      { ...explained(error), locus: { file: url } },
      { cause: withoutMessage(error) },
    );
  }
}

/** Says goodbye, whatever becomes of it. */
export async function close(client: Client): Promise<void> {
  try {
    await client.unbind();
  } catch {
    // The connection is gone, which is what was wanted.
  }
}

/** Of an address such as `ldaps://[::1]:636`, without the brackets. */
function hostOf(url: string): string {
  return new URL(url).hostname.replace(/^\[|\]$/g, '');
}

async function authoritiesOf({ ca }: LdapOptions): Promise<Pick<TlsOptions, 'ca'>> {
  if (ca === undefined) return {};
  try {
    const handle = await openFile(ca);
    try {
      return { ca: await handle.readFile('utf8') };
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw new RollcallError('source', {
      message: `the certificates of the authorities cannot be read: ${explain(error)}`,
      locus: { file: ca },
    });
  }
}

/** What a server says of a bind may repeat what it was sent. */
function withoutMessage(error: unknown): unknown {
  return error instanceof Error ? error.name : undefined;
}
