import { writeSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import type { Reporter, TestModule } from 'vitest/node'

// Counts what ran, and writes it as the very last line, alone, for whoever reads the output by program.
class TotalsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]) {
    const totals = { passed: 0, failed: unhandledErrors.length, skipped: 0 }
    for (const module of modules) {
      // A file or a hook that throws fails too, though no test of its own says so.
      totals.failed += module.errors().length
      for (const suite of module.children.allSuites()) totals.failed += suite.errors().length
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        totals[state === 'pending' ? 'skipped' : state] += 1
      }
    }
    // The other reporters write until the end, so this one waits for it.
    process.once('exit', () => {
      writeSync(1, `${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped\n`)
    })
  }
}

export default defineConfig({
  // The libraries load graphql as Node resolves it; the sources must get the same copy, or their errors are strangers.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    root: join(import.meta.dirname, '..'),
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/servers/globalSetup.ts'],
    pool: 'forks',
    maxWorkers: 2, // A file has a database and often a server of its own; more at once make each other late.
    testTimeout: 60_000, // Never a judgement of speed: only what hangs ends.
    hookTimeout: 120_000,
    teardownTimeout: 30_000,
    expect: { requireAssertions: true }, // A test whose `expect` was never reached has shown nothing.
    reporters: ['default', new TotalsReporter()],
  },
})
