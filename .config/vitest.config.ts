import { writeSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import type { Reporter, TestModule } from 'vitest/node'

// Prints the totals as the last line of the output, for programs that parse it.
class TotalsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]) {
    const totals = { passed: 0, failed: unhandledErrors.length, skipped: 0 }
    for (const module of modules) {
      // Counts files and hooks that throw, although no test reports them.
      totals.failed += module.errors().length
      for (const suite of module.children.allSuites()) totals.failed += suite.errors().length
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        totals[state === 'pending' ? 'skipped' : state] += 1
      }
    }
    // At exit, because the other reporters print until then.
    process.once('exit', () => {
      writeSync(1, `${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped\n`)
    })
  }
}

export default defineConfig({
  // Makes the sources load the same copy of graphql as the libraries do; with two copies, `instanceof GraphQLError` fails.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    root: join(import.meta.dirname, '..'),
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/servers/globalSetup.ts'],
    pool: 'forks',
    maxWorkers: 2, // Each file has its own database and often a server; more workers slow each other down.
    testTimeout: 60_000, // Ends tests that hang; does not measure speed.
    hookTimeout: 120_000,
    teardownTimeout: 30_000,
    expect: { requireAssertions: true }, // A test that never reaches its `expect` must fail.
    reporters: ['default', new TotalsReporter()],
  },
})
