/** Parses the arguments of `npm run trials` and `npm run bench`. */
import { parseArgs } from 'node:util'

/** Returns the name, one of `names`, and the options. Invalid arguments end the process with a message. */
export function readCommandLine<Name extends string, Text extends string, Count extends string>(what: {
  names: readonly Name[]
  fallback?: Name
  /** Options with a text, and options with a positive number. */
  texts: readonly Text[]
  counts: readonly Count[]
  /** Options without a value. */
  flags?: readonly string[]
}): { name: Name; texts: Partial<Record<Text, string>>; counts: Partial<Record<Count, number>>; flags: string[] } {
  try {
    const all: string[] = [...what.texts, ...what.counts]
    const flags = what.flags ?? []
    const options = {
      ...Object.fromEntries(all.map((option) => [option, { type: 'string' as const }])),
      ...Object.fromEntries(flags.map((flag) => [flag, { type: 'boolean' as const }])),
    }
    const { positionals, values } = parseArgs({ allowPositionals: true, options })
    const name = what.names.find((one) => one === (positionals[0] ?? what.fallback))
    if (!name || positionals.length > 1) throw new Error(`Name one of: ${what.names.join(', ')}.`)
    const given = Object.entries(values).map(([option, value]) => [option, String(value)] as const)
    const wrong = given.find(
      ([option, value]) => what.counts.some((one) => one === option) && !/^[1-9]\d*$/.test(value),
    )
    if (wrong) throw new Error(`--${wrong[0]} must be a positive whole number.`)
    const pick = (of: readonly string[]) => given.filter(([option]) => of.includes(option))
    return {
      name,
      flags: flags.filter((flag) => values[flag] === true),
      texts: Object.fromEntries(pick(what.texts)) as Partial<Record<Text, string>>,
      counts: Object.fromEntries(pick(what.counts).map(([option, value]) => [option, Number(value)])) as Partial<
        Record<Count, number>
      >,
    }
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exit(1)
  }
}
