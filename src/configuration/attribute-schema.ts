import * as z from 'zod';
import { ENTERPRISE } from '../model/index.ts';
import { attributeOf, enterpriseAttributes, userAttributes } from './attributes.ts';
import type { Attribute } from './attributes.ts';

const expression = 'Plain text means itself; ${ … } is an expression.';

/** The shape of `identity`, made from the table of attributes so that the two cannot part. */
export const identitySchema = z
  .strictObject({
    ...attributeShape(userAttributes),
    userName: z.string().describe(described(attributeOf(userAttributes, 'userName')!)),
    active: z
      .union([
        z.strictObject({
          from: z.string().describe('Where the word stands, such as ${record.status}.'),
          on: words('Words of people who are active; the case does not matter.'),
          off: words('Words of people who have left.'),
        }),
        z.string(),
        z.boolean(),
      ])
      .describe(
        'Whether the person is active: words, where any other word rejects the record, or an expression that gives true or false.',
      )
      .optional(),
    enterprise: enterpriseSchema().optional(),
    [ENTERPRISE]: enterpriseSchema().optional(),
  })
  .describe(
    'How a record becomes a person, in the shape of a SCIM User (RFC 7643 §4.1), once for all targets.',
  );

/** A target's own `map`: as `identity`, where an empty key takes the attribute out for this target. */
export const mapSchema = z
  .strictObject({
    ...attributeShape(
      userAttributes.filter(({ name }) => name !== 'password'),
      (schema) => schema.nullable(),
    ),
    enterprise: z
      .strictObject(attributeShape(enterpriseAttributes.filter(({ name }) => name !== 'manager')))
      .describe('Attributes of the enterprise extension, for this target only.')
      .optional(),
  })
  .describe(
    'Attributes that take the place of those under identity, for this target only; null takes one out.',
  );

function enterpriseSchema() {
  return z
    .strictObject(attributeShape(enterpriseAttributes))
    .describe('Attributes of the enterprise extension (RFC 7643 §4.3).');
}

function attributeShape(
  attributes: readonly Attribute[],
  change: (schema: z.ZodType) => z.ZodType = (schema) => schema,
): Record<string, z.ZodOptional> {
  return Object.fromEntries(
    attributes.map((attribute) => [
      attribute.name,
      change(attributeSchema(attribute)).describe(described(attribute)).optional(),
    ]),
  );
}

function attributeSchema({ kind, parts }: Attribute): z.ZodType {
  switch (kind) {
    case 'text':
      return z.string();
    case 'boolean':
      return z.union([z.boolean(), z.string()]);
    case 'complex':
      return z.union([z.strictObject(attributeShape(parts)), z.string()]);
    case 'multi':
      return z.union([z.array(z.union([z.strictObject(attributeShape(parts)), z.string()])), z.string()]);
  }
}

function described({ kind, description }: Attribute): string {
  if (kind === 'multi') return `${description} A list, or one expression that gives it.`;
  return kind === 'text' ? `${description} ${expression}` : description;
}

function words(description: string) {
  return z.array(z.union([z.string(), z.boolean(), z.number().int()])).describe(description);
}
