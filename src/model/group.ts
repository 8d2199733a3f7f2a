/** A group as the source has it. */
export interface Group {
  /** Immutable, as a person's is; the name where nothing else tells it. */
  readonly key: string;
  readonly name: string;
  /** Why it is not known who is in it, where that could not be read: unknown, and not empty (rule 3). */
  readonly unknown?: string;
}

/** A group as a source lists it. */
export interface SourceGroup extends Group {
  /** The keys of the groups that are kept in it as members. Who is in those is in it through them, and is not named by it. */
  readonly groups?: readonly string[];
}

/** A group that somebody is in. */
export interface MembershipOf extends Group {
  /**
   * The names of the groups kept in it through which alone the person is in it. A target that holds groups in groups is
   * told of those, and any other of the person.
   */
  readonly through?: readonly string[];
}
