/** Renders a mail in the language of its person: the same words as plain text and as HTML. */
import { languageOf } from './languages/languages.ts'
import { LINK_PATHS, type MailKind, type MailParameters } from './mailKinds.ts'

/** The stored parts of a mail. `parameters` belong to `kind`. */
export interface MailContent {
  kind: MailKind
  locale: string
  parameters: MailParameters[MailKind]
}

export interface RenderedMail {
  subject: string
  text: string
  html: string
  /** The link by which the person turns mails of this kind off. */
  unsubscribeUrl?: string
}

/** `token` is required by the kinds with a link. */
export function renderMail(
  { kind, locale, parameters }: MailContent,
  { appUrl, token, unsubscribeUrl }: { appUrl: string; token: string | undefined; unsubscribeUrl?: string },
): RenderedMail {
  const language = languageOf(locale)
  const letterOf = language.letters[kind] as (
    parameters: MailParameters[MailKind],
  ) => ReturnType<(typeof language.letters)[MailKind]>
  const { subject, paragraphs, linkLabel } = letterOf(parameters)
  const url = linkOf(kind, { appUrl, token })
  const link = url !== undefined && linkLabel !== undefined ? { url, label: linkLabel } : undefined
  const unsubscribe = unsubscribeUrl === undefined ? undefined : { url: unsubscribeUrl, label: language.unsubscribe }
  const greeting = language.greeting(parameters.name)
  const parts = { paragraphs: [greeting, ...paragraphs], link, footer: language.footer, unsubscribe }
  const rendered = { subject, text: textOf(parts), html: htmlOf({ ...parts, subject, tag: language.tag }) }
  return unsubscribeUrl === undefined ? rendered : { ...rendered, unsubscribeUrl }
}

interface Parts {
  paragraphs: readonly string[]
  link: { url: string; label: string } | undefined
  footer: string
  unsubscribe: { url: string; label: string } | undefined
}

function linkOf(kind: MailKind, { appUrl, token }: { appUrl: string; token: string | undefined }): string | undefined {
  const path = LINK_PATHS[kind]
  if (path === undefined) return undefined
  if (token === undefined) throw new Error('A mail with a link has lost its token.')
  return `${appUrl}${path}?token=${encodeURIComponent(token)}`
}

function textOf({ paragraphs, link, footer, unsubscribe }: Parts): string {
  const lastLines = unsubscribe ? [`${unsubscribe.label}:\n${unsubscribe.url}`] : []
  const linkLines = link ? [`${link.label}:\n${link.url}`] : []
  return `${[...paragraphs, ...linkLines, '-- ', footer, ...lastLines].join('\n\n').replace('-- \n\n', '-- \n')}\n`
}

function htmlOf({
  subject,
  tag,
  paragraphs,
  link,
  footer,
  unsubscribe,
}: Parts & { subject: string; tag: string }): string {
  const blocks = paragraphs.map((text) => `<p>${escapeHtml(text)}</p>`)
  if (link) {
    const url = escapeHtml(link.url)
    blocks.push(`<p>${escapeHtml(link.label)}:<br>\n<a href="${url}">${url}</a></p>`)
  }
  return [
    '<!doctype html>',
    `<html lang="${escapeHtml(tag)}">`,
    `<head><meta charset="utf-8"><title>${escapeHtml(subject)}</title></head>`,
    '<body style="font-family: sans-serif; max-width: 36em">',
    ...blocks,
    `<hr>\n<p><small>${escapeHtml(footer)}</small></p>`,
    ...(unsubscribe
      ? [`<p><small><a href="${escapeHtml(unsubscribe.url)}">${escapeHtml(unsubscribe.label)}</a></small></p>`]
      : []),
    '</body>',
    '</html>',
    '',
  ].join('\n')
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character)
