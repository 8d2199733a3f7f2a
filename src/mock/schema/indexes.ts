import type { Attribute, Index, Schema } from './types.ts';

/** The indexes that keep unique values apart (RFC 7643 §7, `uniqueness`); `extension` is the URN of a schema that is one. */
export function uniqueIndexes(schema: Schema, extension?: string): readonly Index[] {
  const prefix = extension === undefined ? '' : `${extension}:`;
  return schema.attributes.flatMap((attribute) => [
    ...indexOf(attribute, prefix + attribute.name, extension),
    ...(attribute.subAttributes ?? []).flatMap((sub) =>
      indexOf(sub, `${prefix}${attribute.name}.${sub.name}`, extension),
    ),
  ]);
}

function indexOf(
  { uniqueness, caseExact, type }: Attribute,
  path: string,
  extension: string | undefined,
): readonly Index[] {
  if (uniqueness === 'none') return [];
  const isText = type === 'string' || type === 'reference' || type === 'binary';
  return [
    {
      path,
      ...(extension !== undefined && { extension }),
      caseExact,
      unique: true,
      built: 'atOnce',
      uniqueOnly: !isText,
    },
  ];
}
