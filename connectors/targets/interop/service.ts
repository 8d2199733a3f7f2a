import { PLAIN } from '../../../src/mock/description.ts';
import type { ServedType, ServiceDescription } from '../../../src/mock/description.ts';
import type { Attribute, ResourceType } from '../../../src/mock/schema/types.ts';
import { groups, service as rfc, users } from '../generic/service.ts';

/**
 * A service that holds a client to the SCIM 2.0 Interoperability Profile, draft-zollner-scim-interop-profile-01 of
 * 15 April 2026. IP is that text. Where it says MUST to both or to the service, that is played; where it only allows a
 * refusal (§6.5.3), the client is refused, because whoever tests against a strict service wants to know.
 */
const served: Pick<ServedType, 'unknownAttributes' | 'list' | 'patch'> = {
  // IP §5.3: an attribute or schema URI that no schema has is 400 invalidSyntax.
  unknownAttributes: 'refused',
  // IP §6.4: at least 100 where nothing is asked, `count` up to 100 has to be good, and there should be an end to it.
  list: { defaultCount: 100, maxCount: 200 },
  patch: {
    // RFC 7644 §3.5.2 leaves the choice, and the profile says nothing.
    answer: 200,
    // IP §6.5.2.1 (3): "replace" puts the given object in the place of the whole attribute; "add" merges.
    replaceComplex: 'swap',
    // RFC 7644 §3.12, table 9.
    removeNothing: 'noTarget',
  },
};

/**
 * Not from the profile but from the plain description, with the sources given there, are: the base path, authentication,
 * the form of errors, the words of 404 and 409 (`missing`, `exists`), and the limits.
 */
export const service: ServiceDescription = {
  ...rfc,
  name: 'interop',
  title: 'the SCIM 2.0 Interoperability Profile, strictly',
  sources: [
    'https://datatracker.ietf.org/doc/html/draft-zollner-scim-interop-profile-01',
    'https://openid.net/specs/ipsie-al-scim-profile-1_0.html',
  ],
  // IP §4. What HTTP on this machine cannot have is TLS (§7.1): put a proxy before it, or take it as given.
  interopProfile: true,
  media: {
    // IP §6.2: requests and responses are application/scim+json, so that plain JSON is 415.
    answers: 'application/scim+json',
    accepts: { 'application/scim+json': { malformed: 400 } },
  },
  features: {
    ...PLAIN,
    // RFC 7644 §3.9; the IPSIE profile §6.2.3 wants excludedAttributes=members for lists of groups.
    projection: true,
    // IP §6.4: by index or by cursor (RFC 9865); both are here. ETags (§6.7) and bulk (§6.8) need not be, and are not.
    cursor: { timeout: 600 },
  },
  resourceTypes: [
    { ...users, ...served, type: published(users.type) },
    { ...groups, ...served, type: published(groups.type) },
  ],
  refuses: {
    // IP §6.5.1.1: MUST be refused with invalidSyntax.
    pathless: true,
    // IP §5.3 is about any request; a path names an attribute as well as a body does.
    unknownPaths: true,
    // IP §6.5.2.2 (2) and §6.5.3: invalidPath. The profile has no rule of its own for "remove", and without
    // `members[value eq "…"]` one member could not be removed at all, which the IPSIE profile §6.2.6 asks for.
    filteredWholes: true,
    // IP §6.5.3: invalidFilter.
    severalMatches: true,
    // IP §6.5.2.2 (1): the value MUST be an array.
    loneValues: true,
    // IP §5.4: clients MUST only use the types that are published.
    otherTypes: true,
    // IP §6.3: clients MUST NOT use any other; §6.5.3: invalidSyntax in a PATCH.
    otherOperators: true,
    // IP §6.3: no filter in the URI with any method but GET.
    filterOutsideGet: true,
  },
};

/**
 * What the schema has to look like. IP §5.4: an attribute with a `type` publishes which types there are, so where
 * RFC 7643 §8.7.1 knows of none, there is no `type`. And there is no password: draft-zollner-scim-interop-profile-00
 * forbade it, and the IPSIE profile §6.1.2, which builds on the profile, does so now.
 */
function published(type: ResourceType): ResourceType {
  const attributes = type.schema.attributes.filter(({ name }) => name !== 'password').map(withKnownTypes);
  return { ...type, schema: { ...type.schema, attributes } };
}

function withKnownTypes(attribute: Attribute): Attribute {
  const { subAttributes } = attribute;
  if (!attribute.multiValued || !subAttributes) return attribute;
  const kept = subAttributes.filter((sub) => sub.name !== 'type' || (sub.canonicalValues ?? []).length > 0);
  return { ...attribute, subAttributes: kept };
}
