/**
 * `npx tsx test/browser/screenshot.ts URL` takes the README's picture of GraphiQL from a running server that has the demo world, and
 * writes .github/graphiql.png.
 */
import { join } from 'node:path'
import { openBrowser } from './chromium.ts'

const PICTURE = join(import.meta.dirname, '../../.github/graphiql.png')
const SIZE = { width: 1200, height: 720 }
const WAIT_MS = 60_000

const url = process.argv[2] ?? 'http://127.0.0.1:4000'
const { page, close } = await openBrowser()
try {
  page.setDefaultTimeout(WAIT_MS)
  await page.setViewportSize(SIZE)
  await page.emulateMedia({ colorScheme: 'light' })
  await page.goto(`${url}/graphql`)
  const execute = page.getByRole('button', { name: /execute query/i })
  await execute.waitFor()
  await run('Sign in as the poster', 'AuthPayload')
  await run('Viewer, as the poster', 'poster@demo.test')
  await run('Tasks', 'nodes')
  await page.screenshot({ path: PICTURE })
} finally {
  await close()
}

/** Picks a saved operation, waits until the button would run it, and runs it. */
async function run(title: string, answer: string): Promise<void> {
  await page.getByLabel('Saved operations').selectOption(title)
  await page.waitForTimeout(2_000)
  await page.getByRole('button', { name: /execute query/i }).click()
  await page.locator('.result-window', { hasText: answer }).waitFor()
}
