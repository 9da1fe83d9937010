/** The log: one JSON object a line on standard output, or lines for people in development. */
import { type Logger, pino } from 'pino'
import type { Config } from '../config.ts'
import { loggedCause } from './responses/loggedCause.ts'

/** Errors are written without the values that drivers put into their texts, whoever logs them. */
export async function makeLog({ logLevel: level }: Config, { readable }: { readable: boolean }): Promise<Logger> {
  const options = { level, base: null, serializers: { err: loggedCause } }
  if (!readable) return pino(options)
  const { default: pretty } = await import('pino-pretty')
  return pino(options, pretty({ sync: true, translateTime: 'SYS:HH:MM:ss.l' }))
}
