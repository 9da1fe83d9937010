// `prisma generate` looks for a schema engine, which a machine without internet cannot download, but never runs it.
import { join } from 'node:path'
import { defineConfig } from 'prisma/config'

process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath

export default defineConfig({ schema: join(import.meta.dirname, '..', 'prisma', 'schema.prisma') })
