/** A part of pg that it exports for statements like its own, and whose types are not published. */
declare module 'pg/lib/utils.js' {
  /** A value as the protocol has it: text, bytes, or null. */
  export function prepareValue(value: unknown): string | Buffer | null
}
