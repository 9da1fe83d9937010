import { describe, expect, test } from 'vitest'
import { LANGUAGES } from '../../../src/mail/languages/languages.ts'
import { LINK_PATHS, type MailKind } from '../../../src/mail/mailKinds.ts'
import { renderMail } from '../../../src/mail/renderMail.ts'

const KINDS = Object.keys(LANGUAGES[0]?.letters ?? {}) as MailKind[]
const NAME = `Zoë <script>alert("1")</script> & 'Co'`
const entries = [{ title: '<b>Changed</b>', body: 'The task & its price.' }]
const parameters = {
  name: NAME,
  newEmail: 'new&<old>@example.com',
  host: 'example.com',
  title: '<b>',
  body: '&',
  kinds: [],
  entries,
}
const options = { appUrl: 'https://app.example.com', token: 'abc-DEF_1' }

const cases = LANGUAGES.flatMap(({ tag }) => KINDS.map((kind) => [tag, kind] as const))

/** The words of a page as a person reads them. */
const wordsOf = (html: string): string =>
  html
    .replace(/<head>.*<\/head>/s, '')
    .replace(/<hr>/g, '-- ')
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ')
    .trim()

describe.each(cases)('in %s, %s', (locale, kind) => {
  const mail = renderMail({ kind, locale, parameters }, options)

  test('has the same words as text and as HTML', () => {
    expect(wordsOf(mail.html)).toBe(mail.text.replace(/\s+/g, ' ').trim())
  })

  test('escapes names in HTML, and shows them as they are in text', () => {
    expect(mail.html).not.toContain('<script>')
    expect(mail.text).toContain(NAME)
  })

  test('has its link once, if it has one, and a subject of one line', () => {
    const path = LINK_PATHS[kind]
    const links = mail.text.match(/https?:\/\/\S+/g) ?? []
    expect(links).toEqual(path ? [`https://app.example.com${path}?token=abc-DEF_1`] : [])
    expect(mail.subject).toMatch(/^[^\r\n]+$/)
  })
})

test('another locale of a language has its texts, and a language without translation the English ones', () => {
  const subjectIn = (locale: string) => renderMail({ kind: 'PASSWORD_CHANGED', locale, parameters }, options).subject
  expect(subjectIn('de-CH')).toBe(subjectIn('de'))
  expect(subjectIn('fr')).toBe(subjectIn('en'))
  expect(subjectIn('de')).not.toBe(subjectIn('en'))
})

test('a kind with a link is not rendered without its token', () => {
  const mail = { kind: 'RESET_PASSWORD', locale: 'en', parameters } as const
  expect(() => renderMail(mail, { ...options, token: undefined })).toThrow('token')
})
