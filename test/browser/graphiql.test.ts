/** GraphiQL in a real browser: sign-in, saved operations, a subscription, and no external requests. */
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { seedDemoWorld } from '../../prisma/seed.ts'
import { startApp, type TestApp } from '../support/servers/app.ts'
import { askedElsewhere, type Browser, hasChromium, openBrowser, WHERE_CHROMIUM } from './chromium.ts'

// Generous, because the page has 9 MB of script, and the machine may be busy.
const WAIT_MS = 45_000

/** The used part of the editors' interface. */
interface Monaco {
  editor: { getModels(): { uri: { path: string }; getValue(): string; setValue(text: string): void }[] }
}

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

  // The editors render non-breaking spaces.
  const textOf = async (selector: string) =>
    ((await page.locator(selector).textContent()) ?? '').replaceAll('\u00a0', ' ')
  const answer = () => textOf('.result-window')
  const answers = (text: RegExp) => expect.poll(answer, { timeout: WAIT_MS }).toMatch(text)
  const runIt = () => page.getByRole('button', { name: /execute query/i }).click()

  /** The operation that the button would run, which GraphiQL updates shortly after a change of the text. */
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

  test('opens with the sign-in tab, and signs in', async () => {
    await expect.poll(() => textOf('.graphiql-query-editor')).toContain('# Sign in: run the mutation below')
    await expect.poll(chosen, { timeout: WAIT_MS }).toBe('SignInToDemo')
    await runIt()
    await answers(/AuthPayload/)
  })

  test('sends the token of the last sign-in automatically', async () => {
    await runSaved('Viewer, as the poster', 'Viewer')
    await answers(/poster@demo\.test/)
    await runSaved('Sign in as the tasker', 'SignIn')
    await answers(/tasker@demo\.test/)
    await runSaved('AcceptTask, as the tasker', 'AcceptTask')
    await answers(/AcceptTaskPayload[\s\S]*"replayed": false/)
  })

  interface Tab {
    query: string
    variables: string | null
  }
  const tabs = (): Promise<Tab[]> =>
    page.evaluate(() => JSON.parse(localStorage.getItem('graphiql:tabState') ?? '{}').tabs)

  test('opens a saved operation in its own tab, with its variables', async () => {
    const before = await tabs()
    await page.locator('[data-name=headers]').click()
    await page.getByLabel('Saved operations').selectOption('Task, as the poster')
    await expect.poll(chosen, { timeout: WAIT_MS }).toBe('Task')
    const after = await tabs()
    expect(after.slice(0, -1).map(({ query }) => query)).toEqual(before.map(({ query }) => query))
    expect(after).toHaveLength(before.length + 1)
    await expect.poll(async () => (await tabs()).at(-1)?.variables, { timeout: WAIT_MS }).toMatch(/"id": "tsk_\w+"/)
    await page.locator('.graphiql-editor-tool:visible', { hasText: 'tsk_' }).waitFor()
    await page.locator('.graphiql-tab-active', { hasText: 'Task' }).click({ trial: true }) // Scrolled into view.
  })

  test('sends a saved mutation with a new key each time, even after an edit', async () => {
    await runSaved('Sign in as the poster', 'SignIn')
    await answers(/poster@demo\.test/)
    await runSaved('CreateTask, as the poster', 'CreateTask')
    await answers(/TaskPayload[\s\S]*"replayed": false/)
    const first = await answer()
    await page.evaluate(() => {
      const models = (globalThis as unknown as { monaco: Monaco }).monaco.editor.getModels()
      const variables = models.find(({ uri }) => uri.path.endsWith('variables.json'))
      variables?.setValue(
        variables.getValue().replace(/"title": "[^"]*"/, '"title": "Edited before it was sent again"'),
      )
    })
    await runIt()
    await answers(/Edited before it was sent again[\s\S]*"replayed": false/)
    expect(await answer()).not.toBe(first)
  })

  test.each([1500, 1100, 800])('the list of saved operations covers nothing, at %i pixels', async (width) => {
    await page.setViewportSize({ width, height: 1000 })
    const newTab = page.getByRole('button', { name: 'New tab' })
    for (let count = 0; count < 3; count++) await newTab.click()
    await newTab.click({ trial: true }) // Not covered.
    await page.screenshot({ path: join(process.env.SCREENSHOTS ?? browser.folder, `tabs-${width}.png`) })
    const boxOf = async (place: Locator) => {
      const { x = 0, y = 0, width = 0, height = 0 } = (await place.boundingBox()) ?? {}
      return { left: x, right: x + width, top: y, bottom: y + height }
    }
    const list = await boxOf(page.getByLabel('Saved operations'))
    expect(list.right - list.left).toBeGreaterThan(160) // Wide enough for its name.
    expect(list.right).toBeLessThan(width)
    for (const other of ['.graphiql-tabs', '.graphiql-tab-add', '.graphiql-logo', '.graphiql-editors']) {
      const box = await boxOf(page.locator(other))
      const isApart =
        box.right <= list.left || box.left >= list.right || box.bottom <= list.top || box.top >= list.bottom
      expect([other, isApart]).toEqual([other, true])
    }
    await page.setViewportSize({ width: 1500, height: 1000 })
  })

  test('follows a subscription', async () => {
    await runSaved('Sign in as the poster', 'SignIn')
    await answers(/AuthPayload/)
    await runSaved('TaskStream, as the poster', 'TaskStream')
    await answers(/"__typename": "TaskEvent"/) // The page shows the newest item; the first heartbeat follows later.
    await page.screenshot({ path: join(process.env.SCREENSHOTS ?? browser.folder, 'graphiql.png') })
    await page.getByRole('button', { name: /stop query/i }).click()
  })

  test('sends requests to this server only, and violates no content security policy', () => {
    expect(askedElsewhere(browser, url)).toEqual([])
    expect(browser.asked.length).toBeGreaterThan(5)
    expect(browser.complaints).toEqual([])
  })
})
