/** GraphiQL as a person uses it, in a real browser: signing in, saved operations, a subscription; and nobody else is asked. */
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { seedDemoWorld } from '../../prisma/seed.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { askedElsewhere, type Browser, hasChromium, openBrowser, WHERE_CHROMIUM } from './chromium.ts'

// The page has 9 MB of script, on a machine that does other things.
const WAIT_MS = 45_000

let app: TestApp
let url: string
let browser: Browser
let page: Page

describe.skipIf(!hasChromium)(`GraphiQL (${WHERE_CHROMIUM})`, () => {
  beforeAll(async () => {
    app = await startApp({ rateLimits: false })
    url = await app.listen()
    await seedDemoWorld(app)
    browser = await openBrowser()
    page = browser.page
    page.setDefaultTimeout(WAIT_MS)
    await page.goto(`${url}/graphql`)
    await page.getByRole('button', { name: /execute query/i }).waitFor()
  })
  afterAll(async () => {
    await browser?.close()
    await app?.stop()
  })

  // The editors write spaces that do not break.
  const textOf = async (selector: string) =>
    ((await page.locator(selector).textContent()) ?? '').replaceAll('\u00a0', ' ')
  const answer = () => textOf('.result-window')
  const answers = (text: RegExp) => expect.poll(answer, { timeout: WAIT_MS }).toMatch(text)
  const runIt = () => page.getByRole('button', { name: /execute query/i }).click()

  /** The operation that the button would run: GraphiQL finds it out a moment after the text has changed. */
  const chosen = () =>
    page.evaluate(() => {
      const { tabs, activeTabIndex } = JSON.parse(localStorage.getItem('graphiql:tabState') ?? '{}')
      return tabs?.[activeTabIndex]?.operationName
    })

  /** Chooses a saved operation and runs it. */
  async function runSaved(title: string, operation: string): Promise<void> {
    await page.getByLabel('Saved operations').selectOption(title)
    await expect.poll(chosen, { timeout: WAIT_MS }).toBe(operation)
    await runIt()
  }

  test('opens with how to sign in, and signs in', async () => {
    await expect.poll(() => textOf('.graphiql-query-editor')).toContain('# Sign in: run the mutation below')
    await expect.poll(chosen, { timeout: WAIT_MS }).toBe('SignInToDemo')
    await runIt()
    await answers(/AuthPayload/)
  })

  test('sends the token of the last sign-in by itself, whoever that was', async () => {
    await runSaved('Viewer, as the poster', 'Viewer')
    await answers(/poster@demo\.test/)
    await runSaved('Sign in as the tasker', 'SignIn')
    await answers(/tasker@demo\.test/)
    await runSaved('AcceptTask, as the tasker', 'AcceptTask')
    await answers(/AcceptTaskPayload[\s\S]*"replayed": false/)
  })

  test('follows a subscription', async () => {
    await runSaved('Sign in as the poster', 'SignIn')
    await answers(/AuthPayload/)
    await runSaved('TaskStream, as the poster', 'TaskStream')
    await answers(/"__typename": "TaskEvent"/) // It shows the newest item, and a heartbeat comes only later.
    await page.screenshot({ path: join(process.env.SCREENSHOTS ?? browser.folder, 'graphiql.png') })
    await page.getByRole('button', { name: /stop query/i }).click()
  })

  test('asks nobody but this server, and breaks none of its own rules', () => {
    expect(askedElsewhere(browser, url)).toEqual([])
    expect(browser.asked.length).toBeGreaterThan(5)
    expect(browser.complaints).toEqual([])
  })
})
