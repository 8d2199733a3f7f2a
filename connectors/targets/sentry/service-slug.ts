import type { JsonObject } from '../../../src/model/index.ts';
import type { Circumstances } from '../../../src/mock/description.ts';
import { Refused } from '../../../src/mock/refusal.ts';
import { attribute } from '../../../src/mock/schema/types.ts';
import type { ResourceType } from '../../../src/mock/schema/types.ts';

/** A team's slug, kept beside its name and shown to nobody by SCIM. */
const SLUG = 'slug';
const LONGEST = 50;

/** P2: a team is made empty, and has the slug of its name, which is no other team's. Its name stays as it is sent (P5). */
export function settleTeam(attributes: JsonObject, { how }: Circumstances): JsonObject {
  const { members, ...rest } = attributes;
  const slug = slugOf(attributes['displayName'] as string);
  const isEmpty = how === 'create' || members === undefined;
  return isEmpty ? { ...rest, [SLUG]: slug } : { ...rest, [SLUG]: slug, members };
}

export function withoutSlug(resource: JsonObject): JsonObject {
  const { [SLUG]: _, ...rest } = resource;
  return rest;
}

export function typeWithSlug(type: ResourceType): ResourceType {
  const slug = attribute(SLUG, 'What addresses of the team have in the place of its name.', {
    mutability: 'readOnly',
  });
  return {
    ...type,
    schema: { ...type.schema, attributes: [...type.schema.attributes, slug] },
    indexes: [...type.indexes, { path: SLUG, caseExact: true, unique: true, built: 'atOnce' }],
  };
}

/**
 * Django's slugify: letters, digits, "_" and "-", in lower case, spaces as dashes. P6: it has 50 characters at the most, and
 * is not a number (P5).
 */
function slugOf(name: string): string {
  const slug = name
    .normalize('NFKD')
    .replace(/[^\x20-\x7e]/g, '')
    .toLowerCase()
    .replace(/[^\w\s-]/g, '')
    .replace(/[-\s]+/g, '-')
    .replace(/^[-_]+|[-_]+$/g, '');
  if (slug === '' || slug.length > LONGEST || /^\d+$/.test(slug))
    throw new Refused({
      status: 400,
      detail:
        'Enter a valid slug consisting of lowercase letters, numbers, underscores or hyphens. It cannot be entirely numeric.',
    });
  return slug;
}
