import { complaintOf } from './answer.ts';
import { troubleInWords } from './no-answer.ts';
import { isRateLimit, retryAfter } from './retry-after.ts';
import type { AnswerPattern, ErrorCode, Failure, FailureClass, Profile } from '../model/index.ts';
import type { Complaint, Content } from './answer.ts';
import type { NoAnswer } from './no-answer.ts';
import type { Cleaner } from './sentence.ts';
import type { Answer } from './transport.ts';

/** What was asked, and all that a failure needs to be told in one sentence. */
export interface Asked {
  readonly target: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Without the query, which may name a person. */
  readonly path: string;
  readonly host: string;
  readonly profile: Profile;
  readonly timeoutSeconds: number;
  readonly now: number;
  readonly clean: Cleaner;
}

type Verdict = readonly [FailureClass, ErrorCode];

/** What an answer that is no success means. `status` is the answer's, or that of an error which came with a 2xx. */
export function failureOf(answer: Answer, content: Content, asked: Asked, status = answer.status): Failure {
  const complaint = complaintOf(content);
  const [verdict, code] = judge(status, answer, content, complaint, asked);
  const wait = retryAfter(answer.headers, asked.now);
  return {
    class: verdict,
    code,
    message: sentence(answer, status, complaint, code, asked),
    status,
    ...(complaint.scimType === 'noTarget' && { scimType: complaint.scimType }),
    ...said(answer.status, complaint, asked),
    ...(wait !== undefined && verdict !== 'invalid' && { retryAfter: wait }),
  };
}

/** What the answer to a change of one group's members says of them. */
function said(status: number, complaint: Complaint, { method, path, profile }: Asked): Pick<Failure, 'says'> {
  if (method !== 'PATCH' || !path.startsWith('/Groups/')) return {};
  const { isMember = [], isNoMember = [] } = profile.answers;
  const fits = (pattern: AnswerPattern): boolean => matchesPattern(pattern, status, complaint);
  if (isMember.some(fits)) return { says: 'isMember' };
  return isNoMember.some(fits) ? { says: 'isNoMember' } : {};
}

/** In this order: what the profile knows of its service, then what RFC 9110 and RFC 7644 say of the status. */
function judge(
  status: number,
  answer: Answer,
  content: Content,
  complaint: Complaint,
  asked: Asked,
): Verdict {
  const { answers } = asked.profile;
  const matches = (patterns: readonly AnswerPattern[]): boolean =>
    patterns.some((pattern) => matchesPattern(pattern, answer.status, complaint));
  const isWrite = asked.method !== 'GET';
  if (isWrite && matches(answers.licence ?? [])) return ['target', 'licence'];
  if (isWrite && matches(answers.refused ?? [])) return ['invalid', 'invalid'];
  if (matches(answers.unauthorised)) return ['target', 'forbidden'];
  if (matches(answers.notExists)) return ['invalid', 'invalid'];
  if (isWrite && asked.method !== 'DELETE' && matches(answers.exists)) return ['exists', 'conflict'];
  if (matches(answers.transient)) return ['transient', status === 429 ? 'rate' : 'server'];
  if (status >= 300 && status < 400) return ['target', 'protocol'];
  if (status === 401) return ['target', 'unauthorised'];
  if (status === 403) return isRateLimit(answer.headers) ? ['transient', 'rate'] : ['target', 'forbidden'];
  if (status === 404) return notFound(content, asked);
  if (status === 409 && isWrite && asked.method !== 'DELETE') return ['exists', 'conflict'];
  if (status === 429) return ['transient', 'rate'];
  if (status === 425) return ['transient', 'server'];
  if (status === 405 && asked.method === 'POST') return ['target', 'protocol'];
  if ((status === 501 || status === 405) && isWrite) return ['unsupported', 'unsupported'];
  // RFC 9110 §15.5.13; RFC 6585 §3.
  if ((status === 412 || status === 428) && isWrite) return ['stale', 'stale'];
  // A 503 that says when to come back has done nothing (RFC 9110 §15.6.4); gateways send others, too, when they have lost
  // the server behind them.
  const isPause = status === 503 && retryAfter(answer.headers, asked.now) !== undefined;
  // A server that failed on the way, or whose gateway lost it, says nothing of what it did until then (RFC 9110 §15.5.9,
  // §15.6.1, §15.6.3, §15.6.5): it may have been done.
  if (status >= 500 || status === 408) return [isWrite && !isPause ? 'unanswered' : 'transient', 'server'];
  return ['invalid', 'invalid'];
}

/** Only a 404 for one resource says that somebody is not there; one for all of them, or of a gateway, says nothing. */
function notFound(content: Content, { path }: Asked): Verdict {
  if (!/^\/(Users|Groups)\/./.test(path)) return ['target', 'address'];
  return content.kind === 'html' ? ['target', 'protocol'] : ['missing', 'notFound'];
}

function matchesPattern(pattern: AnswerPattern, status: number, complaint: Complaint): boolean {
  const { status: wanted, bodyStatus, scimType, detail } = pattern;
  if (wanted !== undefined && wanted !== status) return false;
  if (bodyStatus !== undefined && bodyStatus !== complaint.status) return false;
  if (scimType !== undefined && scimType.toLowerCase() !== complaint.scimType?.toLowerCase()) return false;
  return detail === undefined || new RegExp(detail, 'i').test(complaint.detail.slice(0, 2000));
}

function sentence(
  answer: Answer,
  status: number,
  { scimType, detail }: Complaint,
  code: ErrorCode,
  { target, method, path, clean }: Asked,
): string {
  if (status >= 300 && status < 400) {
    const where = placeOf(answer.headers.location);
    return `${target} redirects ${method} ${path} to ${clean(where)}, which is not followed; is baseUrl right?`;
  }
  const words = clean(detail);
  const said = [
    scimType && clean(scimType),
    words && (words.startsWith('an HTML page') ? words : `“${words}”`),
  ];
  const reason = said.filter(Boolean).join(', ');
  const what = `${target} answered ${status} to ${method} ${path}${reason && `: ${reason}`}`;
  if (code === 'licence') return `${what}; it has no licence left for anybody else`;
  return code === 'address' ? `${what}; is baseUrl right, and may the credential do this?` : what;
}

/** Without the query: a redirection to a sign-in page carries what is nobody's business. */
function placeOf(location: string | undefined): string {
  if (location === undefined) return 'nowhere';
  return location.replace(/[?#].*$/s, '').replace(/^([a-z]+:\/\/)[^/@]*@/i, '$1');
}

/** What it means that no answer came. */
export function failureWithoutAnswer(none: NoAnswer, asked: Asked): Failure {
  const message = `${asked.target} ${troubleInWords(none, asked.host, asked.timeoutSeconds)}`;
  const code: ErrorCode = none.trouble === 'certificate' ? 'certificate' : 'unreachable';
  if (!none.isSent) return { class: 'target', code, message };
  return { class: asked.method === 'GET' ? 'transient' : 'unanswered', code, message };
}

/** An answer with a good status that is not what SCIM answers. */
export function unexpected(verdict: FailureClass, content: Content, status: number, asked: Asked): Failure {
  const { target, method, path, clean } = asked;
  const what = `${target} answered ${status} to ${method} ${path}`;
  return { class: verdict, code: 'protocol', message: `${what}, but ${described(content, clean)}`, status };
}

function described(content: Content, clean: Cleaner): string {
  switch (content.kind) {
    case 'html':
      return `with ${clean(complaintOf(content).detail)} instead of SCIM`;
    case 'empty':
      return 'with nothing in it';
    case 'unreadable':
      return `the answer ${content.why}`;
    case 'text':
      return `with text instead of SCIM: “${clean(content.text)}”`;
    case 'json':
      return 'with JSON that is not the resource that was asked for';
  }
}
