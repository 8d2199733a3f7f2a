import type { Attribute, Client, Filter, SearchRequest, SearchResponse } from 'ldapts';
import type { LdapSearch } from '../../../src/model/index.ts';
import { RollcallError } from '../../../src/model/index.ts';
import { reasonOf, resultReason } from './reasons.ts';
import type { Reason } from './reasons.ts';

/** An entry as the directory gave it: its name, and the bytes of each value. */
export interface Found {
  readonly dn: string;
  readonly attributes: readonly { readonly name: string; readonly values: readonly Buffer[] }[];
}

export interface Page {
  readonly entries: readonly Found[];
  /** Why this search may have missed something, one sentence each. */
  readonly gaps: readonly string[];
}

/** What is asked for, and of whom. */
export interface Asking {
  readonly client: Client;
  /** For messages. */
  readonly url: string;
  readonly attributes: readonly string[];
  /** Entries; 0 for all at once. */
  readonly pageSize: number;
}

/** What the client sends its messages with; it is not part of its types. */
interface Sender {
  _nextMessageId(): number;
  _send(message: SearchRequest): Promise<SearchResponse | undefined>;
}

/** RFC 4511, appendix A. */
const SUCCESS = 0;
/** Results that come with entries, of which there would be more. */
const PARTIAL: ReadonlySet<number> = new Set([3, 4, 11]);

/**
 * All entries of one search, page by page (RFC 2696). Throws `RollcallError('source')` where the directory refuses or is
 * lost: also between two pages, because whoever connects anew is somebody else, who may see less.
 *
 * The library's own search in pages takes a page without entries for the last one. RFC 2696 §3 lets a server give an
 * empty page with a cookie, and Active Directory does: everybody after it would be missing. So the pages are asked for
 * here, by the method that the library sends its messages with.
 */
export async function* pagesOf(asking: Asking, search: LdapSearch): AsyncGenerator<Page, void> {
  const { attributes, pageSize } = asking;
  const { FilterParser, PagedResultsControl, SearchRequest: Request } = await import('ldapts');
  const paging =
    pageSize > 0 ? new PagedResultsControl({ critical: true, value: { size: pageSize } }) : undefined;
  const request = new Request({
    messageId: 0,
    baseDN: search.base,
    scope: search.scope,
    filter: filterOf(asking, search, (text) => FilterParser.parseString(text)),
    attributes: [...attributes],
    // No limit of ours: without this, the library asks for ten seconds.
    timeLimit: 0,
    ...(paging && { controls: [paging] }),
  });
  for (;;) {
    const response = await answerOf(asking, search, request);
    const { status } = response;
    if (status !== SUCCESS && !PARTIAL.has(status)) throw refusedBy(asking, search, resultReason(status));
    yield {
      entries: response.searchEntries.map(({ name, attributes: values }) => ({
        dn: name,
        attributes: values.map((one) => ({ name: one.type, values: bytesOf(one) })),
      })),
      gaps: gapsOf(search, response),
    };
    const control = response.controls?.find((one) => one instanceof PagedResultsControl);
    const cookie = control?.value?.cookie;
    if (paging === undefined || cookie === undefined || cookie.length === 0 || status !== SUCCESS) return;
    paging.value = { size: pageSize, cookie };
  }
}

async function answerOf(asking: Asking, search: LdapSearch, message: SearchRequest): Promise<SearchResponse> {
  const sender = asking.client as unknown as Sender;
  try {
    if (!asking.client.isBound) throw new Error('Connection closed');
    message.messageId = sender._nextMessageId();
    const response = await sender._send(message);
    if (response !== undefined) return response;
  } catch (error) {
    throw refusedBy(asking, search, reasonOf(error));
  }
  throw refusedBy(asking, search, reasonOf(undefined));
}

/** The library knows less than RFC 4515 does, and says what it met in its own words. */
function filterOf(asking: Asking, search: LdapSearch, parse: (text: string) => Filter): Filter {
  try {
    return parse(search.filter);
  } catch {
    throw refusedBy(asking, search, {
      message: `the filter ${shortened(search.filter)} cannot be read`,
      hint: 'write it after RFC 4515, such as (&(objectClass=person)(mail=*)), with names that have neither an option (cn;lang-de) nor a number (2.5.4.3)',
    });
  }
}

function bytesOf(attribute: Attribute): readonly Buffer[] {
  return attribute.parsedBuffers;
}

/** Of a page that is right there are none. */
function gapsOf({ base }: LdapSearch, { status, searchReferences }: SearchResponse): readonly string[] {
  const { length } = searchReferences;
  const elsewhere = `${length === 1 ? 'a part' : `${length} parts`} below ${shownBase(base)} ${length === 1 ? 'is' : 'are'} on another server, to which we do not go`;
  return [
    ...(status === SUCCESS ? [] : [`below ${shownBase(base)} ${resultReason(status).message}`]),
    ...(length > 0 ? [elsewhere] : []),
  ];
}

function refusedBy({ url }: Asking, { base }: LdapSearch, { message, hint }: Reason): RollcallError {
  return new RollcallError('source', {
    message: `below ${shownBase(base)}: ${message}`,
    locus: { file: url },
    ...(hint !== undefined && { hint }),
  });
}

function shownBase(base: string): string {
  return base === '' ? 'the root' : `"${shortened(base)}"`;
}

function shortened(text: string): string {
  return text.length > 200 ? `${text.slice(0, 199)}…` : text;
}
