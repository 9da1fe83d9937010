import type { MailKind, MailParameters } from '../mailKinds.ts'

/** The text of one mail. All of it is plain text; the layout escapes it for HTML. */
export interface Letter {
  subject: string
  paragraphs: readonly string[]
  /** The label of the link with the token, which follows the paragraphs. */
  linkLabel?: string
}

/** All texts of one language. Another language is another file with this type, listed in `languages.ts`. */
export interface Language {
  /** BCP 47. */
  tag: string
  greeting(name: string): string
  /** Explains why the person has received the mail. */
  footer: string
  /** The label of the link that turns mails of this kind off. */
  unsubscribe: string
  letters: { readonly [Kind in MailKind]: (parameters: MailParameters[Kind]) => Letter }
}
