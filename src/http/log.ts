/** The log: JSON lines on standard output, or pretty-printed lines in development. */
import { type Logger, pino } from 'pino'
import type { Config } from '../config.ts'
import { loggedCause } from './responses/loggedCause.ts'

/** Returns a logger that writes every error without the values that drivers put into their messages. */
export async function makeLog({ logLevel: level }: Config, { readable }: { readable: boolean }): Promise<Logger> {
  const options = { level, base: null, serializers: { err: loggedCause } }
  if (!readable) return pino(options)
  const { default: pretty } = await import('pino-pretty')
  return pino(options, pretty({ sync: true, translateTime: 'SYS:HH:MM:ss.l' }))
}
