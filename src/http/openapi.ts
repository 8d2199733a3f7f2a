import * as z from 'zod';
import { route, usualAnswers } from './route.ts';
import type { Route } from './route.ts';

/** The description of the interface (OpenAPI 3.1), made of what carries it out. */
export function describe(routes: readonly Route[], version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const one of routes) (paths[one.path] ??= {})[one.method.toLowerCase()] = operationOf(one);
  return {
    openapi: '3.1.0',
    info: { title: 'Rollcall', version },
    components: { securitySchemes: { key: { type: 'http', scheme: 'bearer' } } },
    security: [{ key: [] }],
    paths,
  };
}

function operationOf({ method, path, scope, says, params, query, body, answers }: Route): object {
  const parameters = [...parametersOf('path', params), ...parametersOf('query', query)];
  return {
    operationId: idOf(method, path),
    summary: says,
    description: `Takes a key with the scope \`${scope}\`.`,
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: { required: true, content: contentOf(body, 'input') } }),
    responses: Object.fromEntries(
      Object.entries(answers).map(([status, { says: description, schema }]) => [
        status,
        { description, content: contentOf(schema, 'output') },
      ]),
    ),
  };
}

function idOf(method: string, path: string): string {
  const words = path
    .split('/')
    .slice(2)
    .map((word) => word.replaceAll(/\W/g, ''));
  return [method.toLowerCase(), ...words].join('_');
}

function contentOf(schema: z.ZodType, io: 'input' | 'output'): object {
  return { 'application/json': { schema: jsonOf(schema, io) } };
}

function jsonOf(schema: z.ZodType, io: 'input' | 'output'): object {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io,
    unrepresentable: 'any',
  });
  return json;
}

function parametersOf(place: 'path' | 'query', schema: z.ZodObject | undefined): readonly object[] {
  return Object.entries(schema?.shape ?? {}).map(([name, one]) => {
    const isRequired = !(one as z.ZodType).safeParse(undefined).success;
    return {
      name,
      in: place,
      required: place === 'path' || isRequired,
      schema: jsonOf(one as z.ZodType, 'input'),
    };
  });
}

/** The route that gives the description of all of them, itself among them. */
export function describing(routes: readonly Route[]): Route {
  let document: object | undefined;
  const own: Route = route({
    method: 'GET',
    path: '/v1/openapi.json',
    scope: 'metrics',
    says: 'This description.',
    answers: {
      ...usualAnswers,
      200: { says: 'OpenAPI 3.1.', schema: z.looseObject({ openapi: z.string() }) },
    },
    answer: ({ world }) => {
      document ??= describe([...routes, own], world.version);
      return { status: 200, body: document };
    },
  });
  return own;
}
