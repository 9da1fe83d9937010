/** The packed SDK in a real browser, from a page of another origin; uploads work differently there. */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { basename, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Person, person } from '../support/people.ts'
import { startApp, type TestApp } from '../support/servers/app.ts'
import { askedElsewhere, type Browser, hasChromium, openBrowser, WHERE_CHROMIUM } from './chromium.ts'

const ROOT = resolve(import.meta.dirname, '../..')

let app: TestApp
let url: string
let anna: Person
let browser: Browser
let pages: Server
let origin: string
/** Errors of servers that CORS blocks. */
const closedUrls: string[] = []

/** Serves an empty page and the compiled SDK. */
async function servePages(built: string): Promise<Server> {
  const server = createServer((request, response) => {
    const name = basename(request.url ?? '')
    if (!name.endsWith('.js'))
      return void response.writeHead(200, { 'content-type': 'text/html' }).end('<title>A</title>')
    readFile(join(built, name)).then(
      (text) => response.writeHead(200, { 'content-type': 'text/javascript' }).end(text),
      () => response.writeHead(404).end(),
    )
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return server
}

describe.skipIf(!hasChromium)(`the SDK in a browser (${WHERE_CHROMIUM})`, () => {
  beforeAll(async () => {
    browser = await openBrowser()
    const built = join(browser.folder, 'sdk')
    const compiler = join(ROOT, 'node_modules/typescript/bin/tsc')
    await promisify(execFile)(process.execPath, [
      compiler,
      '-p',
      join(ROOT, '.config/tsconfig.sdk.json'),
      '--outDir',
      built,
    ])
    pages = await servePages(built)
    origin = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`
    app = await startApp({ corsOrigins: [origin] })
    url = `${await app.listen()}/graphql`
    anna = await person(app, 'Anna')
    await browser.page.goto(origin)
  })
  afterAll(async () => {
    await browser?.close()
    await app?.stop()
    pages?.closeAllConnections()
    pages?.close()
  })

  /** Runs this text in the page, as a function body with the SDK and a client for Anna. */
  const inPage = (body: string): Promise<unknown> =>
    browser.page.evaluate(`(async () => {
      const sdk = await import('/index.js')
      const client = sdk.createClient({ url: '${url}', token: '${anna.accessToken}' })
      ${body}
    })()`)

  test('sends queries, mutations and subscriptions', async () => {
    const seen = await inPage(`
      const budget = { amount: '20.00', currencyCode: 'EUR' }
      const input = { title: 'From a page', description: 'Of another origin.', budget }
      const { task } = sdk.orThrow((await client.send(sdk.CreateTaskDocument, { input })).createTask)
      const stream = client.follow(sdk.TaskStreamDocument, { id: task.id, after: 'ec_0' })
      const { value } = await stream.next()
      await stream.return()
      return { title: task.title, type: value.task.type }`)
    expect(seen).toEqual({ title: 'From a page', type: 'task.created' })
  })

  test('uploads a file with progress, and a stream', async () => {
    const seen = await inPage(`
      const steps = []
      const text = 'x'.repeat(200_000)
      const send = async (file) => {
        const input = { purpose: 'TASK', file }
        const { uploadFile } = await client.send(sdk.UploadFileDocument, { input }, { onProgress: (at) => steps.push(at) })
        const { filename, byteSize } = sdk.orThrow(uploadFile).attachment
        return { filename, byteSize }
      }
      const first = await send(new File([text], 'notes.txt'))
      const second = await send(sdk.streamedFile(new Blob([text]).stream(), { filename: 'streamed.txt' }))
      return { first, second, isTold: steps.length > 0 && steps.every(({ sentBytes, totalBytes }) => sentBytes <= totalBytes) }`)
    expect(seen).toEqual({
      first: { filename: 'notes.txt', byteSize: '200000' },
      second: { filename: 'streamed.txt', byteSize: '200000' },
      isTold: true,
    })
  })

  test('explains that CORS blocks the page', async () => {
    const closed = await startApp({ corsOrigins: ['https://another.example'] })
    const closedUrl = `${await closed.listen()}/graphql`
    closedUrls.push(closedUrl)
    try {
      const told = await inPage(`
        const stranger = sdk.createClient({ url: '${closedUrl}' })
        const file = new File(['text'], 'notes.txt')
        const sent = [
          stranger.send({ ...sdk.SignUpDocument, text: 'mutation { __typename }' }, { input: {} }),
          stranger.send({ ...sdk.UploadFileDocument, takesKey: false }, { input: { purpose: 'TASK', file } }),
        ]
        return Promise.all(sent.map((one) => one.catch(({ name, message }) => ({ name, message }))))`)
      const helpful = {
        name: 'NoAnswerError',
        message: expect.stringContaining(`setting CORS_ORIGINS must list this origin`),
      }
      expect(told).toMatchObject([helpful, helpful])
      expect(JSON.stringify(told)).toContain(origin)
    } finally {
      await closed.stop()
    }
  })

  test('sends requests to the server only', () => {
    expect(askedElsewhere(browser, origin, url, ...closedUrls)).toEqual([])
    expect(browser.complaints).toEqual([])
  })
})
