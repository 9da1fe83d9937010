/** Passkeys in a real browser, with its virtual authenticator: a page of the app registers one and signs in with it. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  FinishPasskeyRegistrationDocument,
  SignInDocument,
  StartPasskeyRegistrationDocument,
  StartPasskeySignInDocument,
} from '../../schema/sdk/generated.ts'
import { accountsOf, freshEmail, PASSWORD } from '../support/accounts.ts'
import { startApp, type TestApp } from '../support/servers/app.ts'
import { type Browser, hasChromium, openBrowser, WHERE_CHROMIUM } from './chromium.ts'

let app: TestApp
let url: string
let browser: Browser
let pages: Server
let email: string
let accessToken: string

interface Asked {
  url: string
  query: string
  input: object
  token?: string
}

/** Sends a mutation from the page, and returns its payload or refusal. */
const ask = (document: { text: string }, input: object, token?: string): Promise<Record<string, string>> =>
  browser.page.evaluate(
    async (asked: Asked) => {
      const headers = {
        'content-type': 'application/json',
        ...(asked.token !== undefined && { authorization: `Bearer ${asked.token}` }),
      }
      const body = JSON.stringify({ query: asked.query, variables: { input: asked.input } })
      const response = await fetch(asked.url, { method: 'POST', headers, body })
      const { data } = (await response.json()) as { data: Record<string, Record<string, string>> }
      return Object.values(data)[0] ?? {}
    },
    { url, query: document.text, input, ...(token !== undefined && { token }) },
  )

/** Calls `navigator.credentials` with options of the server, and returns the answer as JSON. */
const useCredentials = (kind: 'create' | 'get', options: string | undefined): Promise<string> =>
  browser.page.evaluate(
    async ({ kind, options }) => {
      const parsed = JSON.parse(options)
      const credential =
        kind === 'create'
          ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(parsed) })
          : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(parsed) })
      return JSON.stringify((credential as PublicKeyCredential).toJSON())
    },
    { kind, options: String(options) },
  )

describe.skipIf(!hasChromium)(`passkeys in a browser (${WHERE_CHROMIUM})`, () => {
  beforeAll(async () => {
    pages = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<title>App</title>')
    })
    await new Promise<void>((done) => pages.listen(0, '127.0.0.1', done))
    const origin = `http://localhost:${(pages.address() as AddressInfo).port}`
    app = await startApp({ corsOrigins: [origin], publicAppUrl: origin })
    url = `${await app.listen()}/graphql`
    email = freshEmail()
    accessToken = (await accountsOf(app).signUp({ email })).accessToken
    browser = await openBrowser()
    await browser.page.goto(origin)
    const devtools = await browser.page.context().newCDPSession(browser.page)
    await devtools.send('WebAuthn.enable')
    await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    })
  })
  afterAll(async () => {
    await browser?.close()
    await app?.stop()
    pages?.close()
  })

  test('a registered passkey signs in alone, and as the second factor of a password', async () => {
    const { challenge, options } = await ask(StartPasskeyRegistrationDocument, {}, accessToken)
    const response = await useCredentials('create', options)
    const added = await ask(
      FinishPasskeyRegistrationDocument,
      { challenge, response, name: 'This browser' },
      accessToken,
    )
    expect(added).toMatchObject({ __typename: 'RecoveryCodesPayload', secondFactors: [{ kind: 'PASSKEY' }] })

    const begun = await ask(StartPasskeySignInDocument, {})
    const passkey = { challenge: begun.challenge, response: await useCredentials('get', begun.options) }
    expect(await ask(SignInDocument, { passkey })).toMatchObject({ __typename: 'AuthPayload', viewer: { email } })
    expect(await ask(SignInDocument, { passkey })).toMatchObject({ __typename: 'InvalidTokenError' })

    const required = await ask(SignInDocument, { password: { email, password: PASSWORD } })
    expect(required).toMatchObject({ __typename: 'SecondFactorRequiredError' })
    const signature = await useCredentials('get', required.passkeyOptions)
    const secondFactor = { challenge: required.challenge, passkey: signature }
    expect(await ask(SignInDocument, { secondFactor })).toMatchObject({ __typename: 'AuthPayload', viewer: { email } })
    const { secondFactors } = await app.prisma.user.findFirstOrThrow({
      where: { email },
      select: { secondFactors: true },
    })
    expect(secondFactors).toMatchObject([{ signCount: 3n, transports: ['internal'] }])
    expect(browser.complaints).toEqual([])
  })
})
