/**
 * Port: reads from the API as a person, with their rights at this moment. Work that tells people of events shows them the fields that
 * the API would show them. `src/api/readAs.ts` implements it.
 */
export type ReadAs = (reading: {
  userId: string
  /** The text of a query, one of a few constants. */
  query: string
  variables: Readonly<Record<string, unknown>>
}) => Promise<Record<string, unknown> | null>
