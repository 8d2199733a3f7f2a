/** For whom a run is meant: for these people alone, or for everybody but these. */
export interface Whom {
  readonly only?: readonly string[];
  readonly except?: readonly string[];
  /** A key that nobody has is passed over: it was told by somebody who cannot know. */
  readonly mayBeUnknown?: boolean;
}
