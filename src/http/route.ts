import * as z from 'zod';
import type { ApiScope } from '../model/index.ts';
import { Refused } from './refusal.ts';
import type { Caller, World } from './world.ts';

/** What an answer may be: one of these for each status. */
export type Answers = Readonly<Record<number, { readonly says: string; readonly schema: z.ZodType }>>;

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request that has the shape that its route asks for. */
export interface Asked<P, Q, B> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly caller: Caller;
  readonly world: World;
}

/** A request that can be made, as data: it is carried out, described and tested by this. */
export interface Route {
  readonly method: 'GET' | 'POST';
  /** With `{name}` for what differs. */
  readonly path: string;
  readonly scope: ApiScope;
  readonly says: string;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly answers: Answers;
  /** Throws what `refusalOf` makes an answer of. */
  readonly answer: (asked: Asked<unknown, unknown, unknown>) => Promise<Answer>;
}

/** What nobody asks for by a name that is not there: a word that is mistyped would be an answer to another question. */
const nothing = z.object({});

type Output<T> = T extends z.ZodType ? z.output<T> : undefined;

/** A route whose handler knows the types of what it is asked. */
export function route<
  P extends z.ZodObject | undefined = undefined,
  Q extends z.ZodObject | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
>(
  given: Omit<Route, 'answer' | 'params' | 'query' | 'body'> & {
    readonly params?: P;
    readonly query?: Q;
    readonly body?: B;
    readonly answer: (asked: Asked<Output<P>, Output<Q>, Output<B>>) => Promise<Answer> | Answer;
  },
): Route {
  const { params, query, body, answer } = given;
  return {
    ...(given as Omit<Route, 'answer'>),
    answer: async (asked) =>
      answer({
        ...asked,
        params: fitting(params, asked.params, 'notFound', 404) as Output<P>,
        query: fitting((query ?? nothing).strict(), asked.query, 'invalid', 400) as Output<Q>,
        body: fitting(body, asked.body, 'invalid', 400) as Output<B>,
      }),
  };
}

/** In the shape that is asked for, or a refusal that says what of it is not; it repeats nothing of what was sent. */
function fitting(schema: z.ZodType | undefined, value: unknown, code: string, status: number): unknown {
  if (schema === undefined) return undefined;
  const result = schema.safeParse(value ?? {});
  if (result.success) return result.data;
  const all = result.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join('.')}: ${message}`,
  );
  throw new Refused(status, code, all.slice(0, 10).join('; '));
}

/** Throws where an answer is not what its route says. */
export function checkAnswer({ method, path, answers }: Route, { status, body }: Answer): void {
  const known = answers[status];
  if (known === undefined) throw new Error(`${method} ${path} answers ${status}, which it does not say`);
  const result = known.schema.safeParse(JSON.parse(JSON.stringify(body)));
  if (!result.success) throw new Error(`${method} ${path}: ${z.prettifyError(result.error)}`);
}

export const errorSchema = z.strictObject({
  error: z.strictObject({
    code: z.string().describe('A stable word.'),
    message: z.string(),
    hint: z.string().describe('What to do.').optional(),
  }),
});

export const notFound = { says: 'There is none of this name.', schema: errorSchema };

/** What every route may answer as well. */
export const usualAnswers: Answers = {
  400: { says: 'The request is not what is asked for.', schema: errorSchema },
  401: { says: 'There is no such key.', schema: errorSchema },
  403: { says: 'The key is not good for this.', schema: errorSchema },
  429: { says: 'Too many requests; Retry-After says when there is room.', schema: errorSchema },
  503: { says: 'The state cannot be used just now.', schema: errorSchema },
};
