import { RollcallError } from '../model/index.ts';

/** The detail error keywords of RFC 7644 §3.12, table 9, and those of RFC 9865 §2.1, table 3. */
export type ScimType =
  | 'invalidFilter'
  | 'tooMany'
  | 'uniqueness'
  | 'mutability'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue'
  | 'invalidVers'
  | 'sensitive'
  | 'invalidCursor'
  | 'expiredCursor'
  | 'invalidCount';

/** What a service says instead of doing something. */
export interface Refusal {
  /** The HTTP status, and the `status` of the body unless `bodyStatus` differs. */
  readonly status: number;
  readonly bodyStatus?: number;
  readonly scimType?: ScimType;
  readonly detail: string;
  /** Said by the service's web framework in its own words, not as a SCIM error. */
  readonly framework?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Thrown from wherever the trouble is found, and answered in one place. */
export class Refused extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.detail);
    this.name = 'Refused';
    this.refusal = refusal;
  }
}

export function refuse(status: number, scimType: ScimType | undefined, detail: string): Refused {
  return new Refused(scimType === undefined ? { status, detail } : { status, scimType, detail });
}

/** The same with 400, which most refusals are. */
export function invalid(scimType: ScimType, detail: string): Refused {
  return new Refused({ status: 400, scimType, detail });
}

/** A value of a request in a message: short, on one line, and quoted. */
export function shown(value: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch {
    // A value that is nested too deeply to be written is not worth showing.
  }
  text ??= typeof value;
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

/** Whatever was thrown, as a refusal. An error that nobody meant is a 500 with one sentence. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refused) return error.refusal;
  if (error instanceof RollcallError) return { status: 400, detail: error.message };
  if (!(error instanceof Error)) return { status: 500, detail: 'Something went wrong.' };
  const status = 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500;
  if (status === 413)
    return { status, detail: 'The body is larger than this service takes.', framework: true };
  if (status === 415)
    return { status, detail: 'The media type is none that this service takes.', framework: true };
  const detail = error.message.split('\n')[0]!.slice(0, 300);
  if (status < 500) return { status, scimType: 'invalidSyntax', detail, framework: true };
  return { status, detail: `The mock failed: ${detail}`, framework: true };
}
