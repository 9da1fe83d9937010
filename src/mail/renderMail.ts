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
}

/** `token` is required by the kinds with a link. */
export function renderMail(
  { kind, locale, parameters }: MailContent,
  { appUrl, token }: { appUrl: string; token: string | undefined },
): RenderedMail {
  const language = languageOf(locale)
  const letterOf = language.letters[kind] as (
    parameters: MailParameters[MailKind],
  ) => ReturnType<(typeof language.letters)[MailKind]>
  const { subject, paragraphs, linkLabel } = letterOf(parameters)
  const url = linkOf(kind, { appUrl, token })
  const link = url !== undefined && linkLabel !== undefined ? { url, label: linkLabel } : undefined
  const parts = { paragraphs: [language.greeting(parameters.name), ...paragraphs], link, footer: language.footer }
  return { subject, text: textOf(parts), html: htmlOf({ ...parts, subject, tag: language.tag }) }
}

interface Parts {
  paragraphs: readonly string[]
  link: { url: string; label: string } | undefined
  footer: string
}

function linkOf(kind: MailKind, { appUrl, token }: { appUrl: string; token: string | undefined }): string | undefined {
  const path = LINK_PATHS[kind]
  if (path === undefined) return undefined
  if (token === undefined) throw new Error('A mail with a link has lost its token.')
  return `${appUrl}${path}?token=${encodeURIComponent(token)}`
}

function textOf({ paragraphs, link, footer }: Parts): string {
  const linkLines = link ? [`${link.label}:\n${link.url}`] : []
  return `${[...paragraphs, ...linkLines, '-- ', footer].join('\n\n').replace('-- \n\n', '-- \n')}\n`
}

function htmlOf({ subject, tag, paragraphs, link, footer }: Parts & { subject: string; tag: string }): string {
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
