/** The reason why a database cannot be used, in one sentence with the next step. */
export class UnfitDatabaseError extends Error {
  override readonly name = 'UnfitDatabaseError'
}
