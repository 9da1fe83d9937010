/** A real browser without update checks or persistent data. */
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
  /** The profile folder, removed with the browser. */
  folder: string
  /** The URLs of all requests of the page. */
  asked: string[]
  /** Errors of the page, and violations of its content security policy. */
  complaints: string[]
  close(): Promise<void>
}

/** Starts a browser with its own profile and one page. */
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

/** Returns the requests to other origins. */
export const askedElsewhere = ({ asked }: Browser, ...homes: string[]): string[] =>
  asked.filter((one) => !homes.some((home) => one.startsWith(home)) && !/^(data|blob):/.test(one))
