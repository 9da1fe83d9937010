/**
 * Persisted documents: a request names its document by an id instead of sending the text. The documents of the SDK are shipped
 * (schema/persistedDocuments.json), `PERSISTED_DOCUMENTS` names the manifests of other clients, and Apollo's automatic persisted queries
 * add what was executed a moment ago, in a bounded cache.
 */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { BoundedCache } from '../../cache/boundedCache.ts'
import { type Config, ConfigError } from '../../config.ts'
import { packageRoot } from '../../packageRoot.ts'

/** Where codegen.ts writes the documents of the SDK. */
export const SHIPPED_MANIFEST = 'schema/persistedDocuments.json'

// With the limit on the length of a document, strangers can fill 8 MB at most.
const EXECUTED_MAX = 200
const SHA256 = /^[0-9a-f]{64}$/

// The formats of Apollo, and of Relay and Code Generator (text by id): entries of id and text.
const Manifest = z.union([
  z
    .object({
      format: z.literal('apollo-persisted-query-manifest'),
      version: z.literal(1),
      operations: z.array(z.object({ id: z.string(), body: z.string() })),
    })
    .transform(({ operations }) => operations.map(({ id, body }): [string, string] => [id, body])),
  z.record(z.string(), z.string()).transform((texts) => Object.entries(texts)),
])

/** The documents that a request may name by their id. */
export class PersistedDocuments {
  readonly #listed: ReadonlyMap<string, string>
  readonly #listedTexts: ReadonlySet<string>
  readonly #executed = new BoundedCache<string, string>({ name: 'persisted_documents', max: EXECUTED_MAX })
  /** Only listed documents may be executed (`PERSISTED_ONLY`). */
  readonly isExclusive: boolean

  constructor(listed: ReadonlyMap<string, string>, isExclusive: boolean) {
    this.#listed = listed
    this.#listedTexts = new Set(listed.values())
    this.isExclusive = isExclusive
  }

  /** The text of a document. Undefined if it is neither listed nor was executed lately. */
  find(id: string): string | undefined {
    return this.#listed.get(id) ?? this.#executed.get(id)
  }

  /** True if a manifest lists this text. */
  lists(text: string): boolean {
    return this.#listedTexts.has(text)
  }

  /** Remembers a valid document by its hash, until 200 others were sent. */
  keepExecuted(id: string, text: string): void {
    if (!this.#listed.has(id)) this.#executed.set(id, text)
  }
}

/** Reads the documents of the SDK and of the manifests at `paths`. Throws a ConfigError if a manifest cannot be read. */
export async function readPersistedDocuments({
  persistedDocuments: paths,
  persistedOnly: isExclusive,
}: Pick<Config, 'persistedDocuments' | 'persistedOnly'>): Promise<PersistedDocuments> {
  const manifests = await Promise.all([join(packageRoot, SHIPPED_MANIFEST), ...paths].map(readManifest))
  return new PersistedDocuments(new Map(manifests.flat()), isExclusive)
}

/** True if the id is the hash of the text, by which Apollo Client registers a document. */
export const isHashOf = (id: string, text: string): boolean =>
  SHA256.test(id) && createHash('sha256').update(text).digest('hex') === id

async function readManifest(path: string): Promise<[string, string][]> {
  try {
    return Manifest.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch (error) {
    const reason =
      error instanceof z.ZodError ? 'it is not a manifest of Relay, Code Generator or Apollo' : String(error)
    throw new ConfigError([`PERSISTED_DOCUMENTS must name readable manifests; ${path}: ${reason}.`])
  }
}
