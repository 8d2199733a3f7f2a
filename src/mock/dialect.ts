/**
 * Where a service judges requests in another way than RFC 7644 does: rules with a name each, which the readers of PATCH
 * messages, filters and values look at. A rule that is not set is the RFC's; a service with none of them is `{}`.
 */
export interface Dialect {
  readonly accepts?: Accepts;
  readonly refuses?: Refuses;
}

/** What is outside of RFC 7644, and is taken all the same. */
export interface Accepts {
  /** `"True"` and `"False"`, in any case, for a boolean; in a filter, too. */
  readonly textBooleans?: boolean;
  /** `externalId eq jyoung`: a text without its quotes. RFC 7644 §3.4.2.2 wants a JSON value. */
  readonly bareFilterValues?: boolean;
  /**
   * `emails[type eq "work"].value eq "a@b"`, which the grammar of RFC 7644 §3.4.2.2 has not, and Entra sends:
   * https://learn.microsoft.com/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups.
   */
  readonly partsBehindFilters?: boolean;
  /** An attribute of an extension without its URN (RFC 7644 §3.10), where the core schema has none of that name. */
  readonly bareExtensionNames?: boolean;
  /** A complex attribute as the text of its `value`, such as the id of a manager. It takes the place of all of it. */
  readonly bareValues?: boolean;
  /** One value in an array, for an attribute that has one value. */
  readonly arraysOfOne?: boolean;
  /** In a PATCH without a path, keys that are paths: `name.givenName`, `urn:…:User:employeeNumber`. */
  readonly pathKeys?: boolean;
  /** `remove` with a `value` that lists which values go; RFC 7644 §3.5.2.2 has no value there, and all of them go. */
  readonly removeByValue?: boolean;
  /** A PATCH whose value is an object around that of its path: `{ path: 'members', value: { members: [...] } }`. */
  readonly namedValues?: boolean;
  /** An empty text in a PATCH takes the attribute away. */
  readonly emptyClears?: boolean;
  /** `replace` makes the value that its filter describes; by RFC 7644 §3.5.2.3 that is `noTarget`. */
  readonly replaceMakes?: boolean;
}

/** What RFC 7644 takes or leaves open, and is refused. */
export interface Refuses {
  /** A PATCH operation without a path: `invalidSyntax`. */
  readonly pathless?: boolean;
  /** A PATCH operation with a path whose value is not an object around it, as `namedValues` has it: `invalidSyntax`. */
  readonly plainValues?: boolean;
  /** An attribute or a schema URI that is not known, in a path or in the `schemas` of a PATCH: `invalidSyntax`. */
  readonly unknownPaths?: boolean;
  /** A PATCH path with a filter and no sub-attribute behind it: `invalidPath`. A `remove` may have one. */
  readonly filteredWholes?: boolean;
  /** A PATCH path whose filter picks several values: `invalidFilter`. */
  readonly severalMatches?: boolean;
  /** For several values, one without an array: `invalidValue`. */
  readonly loneValues?: boolean;
  /** A `type` that is none of the attribute's `canonicalValues`: `invalidValue`. */
  readonly otherTypes?: boolean;
  /** Operators other than `eq` and `and`: `invalidFilter` in a list, `invalidSyntax` in a PATCH path. */
  readonly otherOperators?: boolean;
  /** A body without `schemas`: `invalidSyntax`. */
  readonly missingSchemas?: boolean;
  /** What is read-only in a body, which RFC 7644 §3.3 passes over: `mutability`. `id` and `meta` are passed over all the same. */
  readonly readOnly?: boolean;
  /** The parameter `filter` where the method is not GET: `invalidFilter`. */
  readonly filterOutsideGet?: boolean;
}
