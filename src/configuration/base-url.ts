/** A base URL as it is used and compared, or what is wrong with it. The text itself may hold a credential, and stays out. */
export type ReadUrl = { readonly url: string } | { readonly message: string; readonly hint?: string };

/** Host and scheme in lower case, without the usual port and without slashes at the end. */
export function readBaseUrl(text: string): ReadUrl {
  if (text.includes('${'))
    return { message: 'the base URL is the same for everybody, so no expression stands in it' };
  if (!URL.canParse(text))
    return { message: 'this is no URL', hint: 'it begins with https://, as in https://example.com/scim/v2' };
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return { message: 'a base URL begins with https:// or http://' };
  if (url.username !== '' || url.password !== '')
    return { message: 'a base URL holds no credential', hint: 'put it under auth' };
  if (url.search !== '' || url.hash !== '' || /[?#]/.test(text))
    return {
      message: 'a base URL has neither ? nor #',
      hint: 'end it where the paths /Users and /Groups begin',
    };
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    return {
      message: 'plain http would send the credential for everybody to read',
      hint: 'use https; plain http is for this machine',
    };
  return { url: `${url.origin}${url.pathname.replaceAll(/\/{2,}/g, '/').replace(/\/+$/, '')}` };
}

/** A token endpoint (RFC 6749 §3.2): it may have a query, and is reached by TLS unless it is on this machine. */
export function readTokenUrl(text: string): { url?: string; message?: string; hint?: string } {
  if (!URL.canParse(text))
    return { message: 'this is no URL', hint: 'such as https://login.example.com/oauth2/token' };
  const url = new URL(text);
  if (url.username !== '' || url.password !== '')
    return { message: 'a token URL holds no credential', hint: 'that is what clientId and clientSecret are' };
  if (url.hash !== '' || text.includes('#')) return { message: 'a token URL has no #' };
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname)))
    return {
      message: 'a token URL begins with https://',
      hint: 'plain http is for this machine: it would send the credential for everybody to read',
    };
  return { url: url.href };
}

/** Where a webhook goes: by TLS unless it is on this machine. The text itself may let somebody write there, and stays out. */
export function readHookUrl(text: string): { url?: string; message?: string; hint?: string } {
  if (!URL.canParse(text))
    return { message: 'this is no URL', hint: 'such as https://hooks.example.com/rollcall' };
  const url = new URL(text);
  if (url.username !== '' || url.password !== '')
    return { message: 'the URL of a webhook holds no credential', hint: 'sign what is sent: secret' };
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname)))
    return {
      message: 'the URL of a webhook begins with https://',
      hint: 'plain http is for this machine: everybody on the way could read and change what is told',
    };
  return { url: url.href };
}

/** Whether a host is this machine, by its address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}
