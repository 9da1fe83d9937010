/** pg exports this module, and @types/pg does not declare it. */
declare module 'pg/lib/utils.js' {
  /** Converts a value to its form in the protocol: text, bytes or null. */
  export function prepareValue(value: unknown): string | Buffer | null
}
