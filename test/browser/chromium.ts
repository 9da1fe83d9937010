/** A real browser that stays at home: it asks nobody for updates, and keeps nothing. */
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Page } from 'playwright-core'

const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export const hasChromium = existsSync(executablePath)
export const WHERE_CHROMIUM = `skipped where there is no ${executablePath}`

export interface Browser {
  page: Page
  /** A folder that goes with it. */
  folder: string
  /** The address of everything that the page asked for. */
  asked: string[]
  /** What went wrong in the page, or against its content security policy. */
  complaints: string[]
  close(): Promise<void>
}

/** Starts it with a profile of its own and one page. */
export async function openBrowser(): Promise<Browser> {
  const folder = await mkdtemp(join(tmpdir(), 'errand-browser-'))
  const viewport = { width: 1500, height: 1000 }
  const context = await chromium.launchPersistentContext(folder, { executablePath, args: FLAGS, viewport })
  const page = context.pages()[0] ?? (await context.newPage())
  const asked: string[] = []
  const complaints: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  page.on('pageerror', ({ message }) => complaints.push(message))
  page.on('console', (message) => {
    if (/Content Security Policy|Refused to/.test(message.text())) complaints.push(message.text())
  })
  return {
    page,
    folder,
    asked,
    complaints,
    async close() {
      await context.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** What was asked of anybody but these. */
export const askedElsewhere = ({ asked }: Browser, ...homes: string[]): string[] =>
  asked.filter((one) => !homes.some((home) => one.startsWith(home)) && !/^(data|blob):/.test(one))
