import { RollcallError } from '../model/index.ts';
import type { ErrorCode, Problem } from '../model/index.ts';

/** Why a request is not answered as it was meant, as the answer says it. */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;
  readonly hint: string | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: string,
    message: string,
    {
      hint,
      headers = {},
    }: { readonly hint?: string; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
    this.name = 'Refused';
    this.status = status;
    this.code = code;
    this.hint = hint;
    this.headers = headers;
  }
}

/** The status of an error that the command line would tell as a sentence. */
const statuses: Readonly<Partial<Record<ErrorCode, number>>> = {
  usage: 400,
  invalid: 400,
  notFound: 404,
  conflict: 409,
  changed: 409,
  locked: 409,
  paused: 409,
  state: 503,
  source: 503,
  unreachable: 503,
  rate: 503,
};

/** Of fastify's own errors, and those of the parser of JSON. */
const frameworkErrors: Readonly<Record<number, readonly [code: string, message: string]>> = {
  400: ['syntax', 'this request cannot be read'],
  404: ['notFound', 'there is nothing here'],
  408: ['timeout', 'the request took too long'],
  413: ['tooLarge', 'the body is larger than what is taken here'],
  414: ['tooLarge', 'the address is too long'],
  415: ['mediaType', 'the body has to be application/json'],
  431: ['tooLarge', 'the headers are too large'],
};

/** Every failure as a refusal: what nobody has foreseen says nothing of itself to whoever asks. */
export function refusalOf(error: unknown): Refused {
  if (error instanceof Refused) return error;
  if (error instanceof RollcallError) {
    const [problem] = error.problems as readonly [Problem, ...Problem[]];
    const status = statuses[error.code] ?? 500;
    // Whoever asks from elsewhere learns neither where files are nor what is in them.
    if (status >= 500) return new Refused(status, error.code, troubles[error.code] ?? unforeseen);
    return new Refused(
      status,
      error.code,
      problem.message,
      problem.hint === undefined ? {} : { hint: problem.hint },
    );
  }
  const { statusCode, code } = error as { statusCode?: number; code?: string };
  const known = statusCode === undefined ? undefined : frameworkErrors[statusCode];
  if (known !== undefined) return new Refused(statusCode!, ...known);
  if (code?.startsWith('SQLITE_BUSY')) return new Refused(503, 'state', troubles.state!);
  return new Refused(500, 'internal', unforeseen);
}

const unforeseen = 'this went wrong, and the log of the daemon says more';
const troubles: Readonly<Partial<Record<ErrorCode, string>>> = {
  state: 'the state cannot be used just now; the log of the daemon says why',
  source: 'the source cannot be read just now; the log of the daemon says why',
};

export function bodyOf({ code, message, hint }: Refused): object {
  return { error: { code, message, ...(hint !== undefined && { hint }) } };
}
