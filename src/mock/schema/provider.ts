import { MUTABILITIES, RETURNS, TYPES, UNIQUENESS, attribute } from './types.ts';
import type { Attribute, Schema } from './types.ts';

/*
 * The schemas of what the discovery endpoints answer (RFC 7643 §8.7.2). RFC 7644 §4 wants every schema in `/Schemas`
 * that the service uses, and strangers' conformance suites look for these three by their names
 * (github.com/python-scim/scim2-tester, scim2_tester/checkers/schemas.py, core_schemas_validation). All of it is read-only.
 */

const CORE = 'urn:ietf:params:scim:schemas:core:2.0';
export const PROVIDER_CONFIG = `${CORE}:ServiceProviderConfig`;
export const RESOURCE_TYPE = `${CORE}:ResourceType`;
export const SCHEMA = `${CORE}:Schema`;

function told(name: string, description: string, differs: Partial<Attribute> = {}): Attribute {
  return attribute(name, description, { mutability: 'readOnly', ...differs });
}

function must(name: string, description: string, differs: Partial<Attribute> = {}): Attribute {
  return told(name, description, { required: true, ...differs });
}

function complex(name: string, description: string, subAttributes: readonly Attribute[]): Attribute {
  return must(name, description, { type: 'complex', subAttributes });
}

const boolean = { type: 'boolean' } as const;
const integer = { type: 'integer' } as const;
const external = { type: 'reference', caseExact: true, referenceTypes: ['external'] } as const;
const uri = { type: 'reference', caseExact: true, referenceTypes: ['uri'] } as const;
const supported = must('supported', 'Whether the service has it.', boolean);

/** §8.7.2 calls it "Service Provider Configuration"; here it has the name of its resource type, by which it is looked for. */
const providerConfig: Schema = {
  id: PROVIDER_CONFIG,
  name: 'ServiceProviderConfig',
  description: 'What the service can do.',
  attributes: [
    told('documentationUri', 'Where people can read about the service.', external),
    complex('patch', 'PATCH.', [supported]),
    complex('bulk', 'Several operations in one request.', [
      supported,
      must('maxOperations', 'How many operations one request may hold.', integer),
      must('maxPayloadSize', 'How many bytes one request may have.', integer),
    ]),
    complex('filter', 'Filters on lists.', [
      supported,
      must('maxResults', 'How many resources one answer holds at most.', integer),
    ]),
    complex('changePassword', 'Setting a password.', [supported]),
    complex('sort', 'Sorted lists.', [supported]),
    complex('etag', 'Versions of resources.', [supported]),
    // RFC 9865 §4.
    told('pagination', 'How lists are paged.', {
      type: 'complex',
      subAttributes: [
        must('cursor', 'Whether by cursor.', boolean),
        must('index', 'Whether by index.', boolean),
        told('defaultPaginationMethod', 'How where neither is asked for.', {
          canonicalValues: ['cursor', 'index'],
        }),
        told('defaultPageSize', 'How many resources a page has where it is not asked for.', integer),
        told('maxPageSize', 'How many resources a page has at most.', integer),
        told('cursorTimeout', 'For how many seconds a cursor is good.', integer),
      ],
    }),
    must('authenticationSchemes', 'How clients may authenticate.', {
      type: 'complex',
      multiValued: true,
      subAttributes: [
        must('type', 'The scheme.', {
          canonicalValues: ['oauth', 'oauth2', 'oauthbearertoken', 'httpbasic', 'httpdigest'],
        }),
        must('name', 'Its usual name.'),
        must('description', 'What it is.'),
        told('specUri', 'Where it is specified.', external),
        told('documentationUri', 'Where people can read how to use it.', external),
        told('primary', 'Whether this is the preferred scheme.', boolean),
      ],
    }),
  ],
};

const resourceType: Schema = {
  id: RESOURCE_TYPE,
  name: 'ResourceType',
  description: 'A type of resource.',
  attributes: [
    told('id', 'The identifier of the resource type.'),
    must('name', 'The name of the resource type.', { caseExact: true, uniqueness: 'server' }),
    told('description', 'What the resources are.'),
    must('endpoint', 'Where they are, below the base URL.', { ...uri, uniqueness: 'server' }),
    must('schema', 'The URI of their own schema.', uri),
    // §8.7.2 requires it, and §6 says that there may be none: then the list is there, and empty.
    must('schemaExtensions', 'The extensions that they may have.', {
      type: 'complex',
      multiValued: true,
      subAttributes: [
        must('schema', 'The URI of the extension.', uri),
        must('required', 'Whether each of them has it.', boolean),
      ],
    }),
  ],
};

const exact = { caseExact: true } as const;
const characteristics: readonly Attribute[] = [
  must('name', 'The name of the attribute.', exact),
  must('type', 'Its data type.', { canonicalValues: TYPES }),
  must('multiValued', 'Whether it may have several values.', boolean),
  told('description', 'What it is.', exact),
  told('required', 'Whether it has to be there.', boolean),
  told('canonicalValues', 'Values that are suggested.', { ...exact, multiValued: true }),
  told('caseExact', 'Whether upper and lower case differ.', boolean),
  told('mutability', 'Who may change it, and when.', {
    ...exact,
    canonicalValues: MUTABILITIES,
  }),
  told('returned', 'When it is part of an answer.', {
    ...exact,
    canonicalValues: RETURNS,
  }),
  told('uniqueness', 'Within what a value may be there only once.', {
    ...exact,
    canonicalValues: UNIQUENESS,
  }),
  told('referenceTypes', 'What a reference may refer to.', { ...exact, multiValued: true }),
];

const schema: Schema = {
  id: SCHEMA,
  name: 'Schema',
  description: 'The attributes of a type of resource, or of an extension.',
  attributes: [
    must('id', 'The URI of the schema.'),
    must('name', 'The name of the schema.'),
    told('description', 'What it describes.'),
    must('attributes', 'The attributes.', {
      type: 'complex',
      multiValued: true,
      // The one place where RFC 7643 has complex within complex, against its §2.3.8.
      subAttributes: [
        ...characteristics,
        told('subAttributes', 'The parts of a complex attribute.', {
          type: 'complex',
          multiValued: true,
          subAttributes: characteristics,
        }),
      ],
    }),
  ],
};

/**
 * draft-zollner-scim-interop-profile-01 §4. The RFC's schema does not have it: only a service that says it publishes it,
 * as §5.1 wants a schema to be what is served.
 */
const conformant = told(
  'interopProfileConformant',
  'Whether the service conforms to the SCIM 2.0 Interoperability Profile.',
  boolean,
);

export const providerSchemas: readonly Schema[] = [providerConfig, resourceType, schema];

const conformantSchemas: readonly Schema[] = [
  { ...providerConfig, attributes: [...providerConfig.attributes, conformant] },
  resourceType,
  schema,
];

/** The schemas of a service's own discovery documents. */
export function providerSchemasOf(isConformant: boolean): readonly Schema[] {
  return isConformant ? conformantSchemas : providerSchemas;
}
