/** The failures of calls that move no money, which may simply be repeated. */

/** The provider does not do it, and a repetition is of no use. */
export interface Refused {
  kind: 'refused'
  code: string
  message: string
}

/** The provider did not answer, or limits requests. */
export interface Unreachable {
  kind: 'unreachable'
  message: string
}
