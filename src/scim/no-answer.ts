/** An exchange in which no status came back. */
export interface NoAnswer {
  readonly kind: 'none';
  /** Whether a part of the request may have reached the server. */
  readonly isSent: boolean;
  /** On a connection that had been kept open, which the server may have been closing just then. */
  readonly isReused: boolean;
  readonly trouble: Trouble;
  /** Host and port of the proxy that stands in between. */
  readonly proxy?: string;
  /** Node's own word for it, such as `ECONNREFUSED`. */
  readonly code: string;
}

export type Trouble =
  'name' | 'refused' | 'unreachable' | 'certificate' | 'tls' | 'timeout' | 'lost' | 'notHttp';

/**
 * What an error of got means. The error itself goes no further: it holds the request, and the request holds the
 * credential.
 */
export function failureToAnswer(
  error: { readonly code?: string | undefined; readonly cause?: unknown },
  wire: { readonly isSent: boolean; readonly isReused: boolean; readonly proxy?: string },
): NoAnswer {
  const code = error.code ?? 'UNKNOWN';
  // What a proxy answered to CONNECT, such as 407 where it wants to know who we are.
  const status = (error.cause as { readonly statusCode?: unknown } | undefined)?.statusCode;
  const word = code === 'ERR_PROXY_TUNNEL' && typeof status === 'number' ? `${code} ${status}` : code;
  return { kind: 'none', ...wire, code: word, trouble: troubleOf(code, wire.isSent) };
}

function troubleOf(code: string, isSent: boolean): Trouble {
  if (/CERT|^UNABLE_TO|HOSTNAME_MISMATCH|^CRL_|^INVALID_(CA|PURPOSE)$/.test(code)) return 'certificate';
  if (/^ERR_SSL|^ERR_TLS|^EPROTO$/.test(code)) return 'tls';
  if (/^HPE_|^ERR_HTTP/.test(code)) return 'notHttp';
  if (/^(ENOTFOUND|EAI_)/.test(code)) return 'name';
  if (code === 'ECONNREFUSED') return 'refused';
  if (/^(ETIMEDOUT|ESOCKETTIMEDOUT)$/.test(code)) return 'timeout';
  return isSent ? 'lost' : 'unreachable';
}

/** What happened, to go on with after “cosmo ”: `refused the connection (ECONNREFUSED)`. */
export function troubleInWords(none: NoAnswer, host: string, timeoutSeconds: number): string {
  const { trouble, code, proxy } = none;
  // Until the tunnel stands, we speak to nobody but the proxy.
  if (proxy !== undefined && !none.isSent && ['name', 'refused', 'unreachable', 'timeout'].includes(trouble))
    return `cannot be reached at ${host} through the proxy ${proxy} (${code})`;
  switch (trouble) {
    case 'name':
      return `cannot be found: the name ${host} does not resolve (${code})`;
    case 'refused':
      return `refused the connection to ${host} (${code})`;
    case 'unreachable':
      return `cannot be reached at ${host} (${code})`;
    case 'certificate':
      return `has a certificate at ${host} that cannot be trusted (${code})`;
    case 'tls':
      return `does not speak TLS as expected at ${host} (${code})`;
    case 'timeout':
      return `did not answer within ${timeoutSeconds} seconds (${code})`;
    case 'lost':
      return `closed the connection before it answered (${code})`;
    case 'notHttp':
      return `answered with something that is not HTTP (${code})`;
  }
}
