import type { LdapOptions } from '../../../src/model/index.ts';

/** Why a directory gave no answer, as a sentence, and what to do. Nothing of what was sent stands in it. */
export interface Reason {
  readonly message: string;
  readonly hint?: string;
}

/** The results of RFC 4511, appendix A, that somebody can do something about, by their number. */
const RESULTS: Readonly<Record<number, Reason>> = {
  2: {
    message: 'the directory says that it was asked in a way that it does not understand',
    hint: 'look at url: it may be no LDAP directory, or one of LDAPv2',
  },
  3: {
    message: 'the directory ended the search because it took too long',
    hint: 'raise its time limit for this account, or narrow base and filter',
  },
  4: {
    message: 'the directory gives no more entries than its size limit',
    hint: 'let it give its entries in pages (pageSize), or raise the limit for this account',
  },
  7: {
    message: 'the directory does not take a name and a password',
    hint: 'let it allow simple binds for this account',
  },
  8: {
    message: 'the directory wants a stronger way to sign in',
    hint: 'use ldaps:// or startTls: true',
  },
  10: {
    message: 'the directory sends us on to another server, and we do not follow',
    hint: 'name that server under url, or a base that this one holds',
  },
  11: {
    message: 'the directory ended the search because of a limit of its own',
    hint: 'raise that limit for this account, or lower pageSize',
  },
  12: {
    message: 'the directory cannot give its entries in pages',
    hint: 'set pageSize: 0 if it gives all of them at once',
  },
  13: { message: 'the directory wants an encrypted connection', hint: 'use ldaps:// or startTls: true' },
  18: { message: 'the directory cannot compare in the way that the filter asks for', hint: 'look at filter' },
  21: { message: 'a value in the filter has not the form that its attribute has', hint: 'look at filter' },
  32: { message: 'there is no entry where the search is to begin', hint: 'look at the base' },
  34: {
    message: 'the name is no distinguished name (RFC 4514)',
    hint: 'look at bind.dn and base, such as cn=reader,dc=example,dc=com',
  },
  48: {
    message: 'the directory does not let this account sign in in this way',
    hint: 'look at bind.dn: an account with a password that may bind',
  },
  49: {
    message: 'the directory does not know this name with this password',
    hint: 'look at bind: its dn, and the password where it comes from',
  },
  50: {
    message: 'this account may not read there',
    hint: 'let it read the base and the attributes that expressions read',
  },
  51: { message: 'the directory is busy', hint: 'run again later' },
  52: { message: 'the directory is not available', hint: 'run again later' },
  53: {
    message: 'the directory refuses to do this',
    hint: 'its log says why; often it wants a bind, ldaps:// or startTls: true',
  },
};

const LOOK = 'look at url, and at the network between';

/** What Node says of a connection, by its code. */
const CONNECTIONS: Readonly<Record<string, Reason>> = {
  ECONNREFUSED: { message: 'nothing listens there', hint: 'look at the host and the port of url' },
  ECONNRESET: { message: 'the connection was cut', hint: LOOK },
  EPIPE: { message: 'the connection was cut', hint: LOOK },
  ENOTFOUND: { message: 'there is no host of this name', hint: 'look at the host of url' },
  EAI_AGAIN: {
    message: 'the name of the host could not be looked up',
    hint: 'look at the DNS of this machine',
  },
  ETIMEDOUT: { message: 'nobody answered', hint: LOOK },
  EHOSTUNREACH: { message: 'there is no way to this host', hint: LOOK },
  ENETUNREACH: { message: 'there is no way to this host', hint: LOOK },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    message: 'the certificate is for another host',
    hint: 'give url the name that stands in the certificate',
  },
  CERT_HAS_EXPIRED: { message: 'the certificate has expired', hint: 'have it renewed there' },
  CERT_NOT_YET_VALID: {
    message: 'the certificate is not valid yet',
    hint: 'look at the clocks of this machine and of the directory',
  },
};

const ENCRYPTION =
  'ldaps:// speaks TLS from the first byte, mostly on port 636; startTls: true begins without, mostly on 389';

/** Codes of OpenSSL for a certificate that leads to no authority that is trusted. */
const UNTRUSTED =
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_(GET_ISSUER_CERT(_LOCALLY)?|VERIFY_LEAF_SIGNATURE)|CERT_UNTRUSTED)$/;

export function reasonOf(error: unknown, bind?: LdapOptions['bind']): Reason {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (typeof code === 'number') return resultReason(code, bind);
  if (typeof code === 'string') {
    if (UNTRUSTED.test(code))
      return {
        message: 'nobody whom we trust vouches for the certificate',
        hint: 'name a file with the certificate of your authority under ca',
      };
    const known = CONNECTIONS[code];
    if (known) return known;
    if (/^(ERR_SSL|ERR_TLS|EPROTO)/.test(code))
      return { message: `no encrypted connection could be made (${code})`, hint: ENCRYPTION };
    return { message: `the connection failed (${code})`, hint: LOOK };
  }
  const text = error instanceof Error ? error.message : '';
  if (/timed? ?out/i.test(text))
    return { message: 'nobody answered in time', hint: `${LOOK}, or raise timeout` };
  if (/before secure TLS connection/i.test(text))
    return { message: 'no encrypted connection could be made: the other side ended it', hint: ENCRYPTION };
  if (/closed|Socket error|not established/i.test(text))
    return { message: 'the connection was cut', hint: LOOK };
  return {
    message: 'the answer of the directory cannot be read',
    hint: 'look at url: it may be no LDAP directory',
  };
}

/** Why there is no encryption on a connection that began without (RFC 4511 §4.14.2). */
export function startTlsReason(error: unknown): Reason {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (typeof code !== 'number') return reasonOf(error);
  return {
    message: `the directory refuses StartTLS on this port (result ${code} of RFC 4511)`,
    hint: 'let it offer StartTLS, or use ldaps:// with its own port, mostly 636, and without startTls',
  };
}

export function resultReason(code: number, bind?: LdapOptions['bind']): Reason {
  const known = RESULTS[code];
  if (known === undefined)
    return {
      message: `the directory answers with the result ${code} (RFC 4511)`,
      hint: 'its log says why; RFC 4511, appendix A, says what the number means',
    };
  if (code === 49 && bind === undefined)
    return { message: 'the directory lets nobody in who does not say who they are', hint: 'give it a bind' };
  return known;
}
