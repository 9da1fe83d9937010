// `prisma generate` requires the path of a schema engine, but never runs it. Any path prevents the download.
import { join } from 'node:path'
import { defineConfig } from 'prisma/config'

process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath

export default defineConfig({ schema: join(import.meta.dirname, '..', 'prisma', 'schema.prisma') })
