/** The one schema builder. The order of its plugins is correctness: the first is outermost. */
import SchemaBuilder from '@pothos/core'
import ComplexityPlugin from '@pothos/plugin-complexity'
import ErrorsPlugin from '@pothos/plugin-errors'
import RelayPlugin from '@pothos/plugin-relay'
import type PrismaTypes from '../db/generated/pothos.ts'
import { getDatamodel } from '../db/generated/pothos.ts'
import { asPublicId, ID_PREFIXES, type NodeType, type PublicId, parsePublicId, textOf, toPublicId } from '../db/ids.ts'
import type { IncomingFile } from '../domain/incomingFile.ts'
import AdmissionPlugin from './admissionPlugin.ts'
import BudgetPlugin from './budgetPlugin.ts'
import type { Context } from './context.ts'
import { costOf } from './cost.ts'
import '../engine/globalIds.ts'
import PrismaPlugin from '../engine/reader/readerPlugin.ts'
import IdempotencyPlugin from './idempotencyPlugin.ts'
import TransactionPlugin from './transactionPlugin.ts'

interface Declared {
  Context: Context
  PrismaTypes: PrismaTypes
  DefaultFieldNullability: false
  Scalars: {
    ID: { Input: PublicId; Output: string }
    DateTime: { Input: Date; Output: Date }
    Duration: { Input: string; Output: string }
    BigInt: { Input: bigint; Output: bigint }
    Decimal: { Input: string; Output: string }
    CurrencyCode: { Input: string; Output: string }
    IdempotencyKey: { Input: string; Output: string }
    EventCursor: { Input: bigint; Output: bigint }
    EmailAddress: { Input: string; Output: string }
    URL: { Input: URL; Output: string | URL }
    Sha256: { Input: string; Output: string }
    Upload: { Input: IncomingFile; Output: never }
  }
}

// A connection gives at most this many; more is BAD_USER_INPUT, not a shorter page that looks like the end.
export const PAGE_SIZE_MAX = 100
export const PAGE_SIZE = 20

export const builder = new SchemaBuilder<Declared>({
  plugins: [
    // A refusal becomes data out here, after everything inside has rolled back.
    ErrorsPlugin,
    // Signed in, form, role: before a connection is taken.
    AdmissionPlugin,
    TransactionPlugin,
    // Inside the transaction: the key's row lives and dies with what it made.
    IdempotencyPlugin,
    // After the key: a replay is not counted twice.
    BudgetPlugin,
    ComplexityPlugin,
    RelayPlugin,
    PrismaPlugin,
  ],
  defaultFieldNullability: false,
  errors: { defaultTypes: [] },
  // The fields' costs alone: src/http/limits.ts adds them up and refuses, once an operation and before any of it runs.
  complexity: { disabled: true, fieldComplexity: (args, _context, field) => costOf(field, args) },
  relay: {
    cursorType: 'String',
    nodeTypeOptions: { description: 'Anything that has an id. `node(id:)` gives it again.' },
    idFieldOptions: { description: 'Opaque, prefixed by the type, and never given to anything else.' },
    pageInfoTypeOptions: { description: 'Where a page lies in its list.' },
    hasNextPageFieldOptions: { description: 'Whether more follows; ask for it with `after: endCursor`.' },
    hasPreviousPageFieldOptions: { description: 'Whether more precedes; ask for it with `before: startCursor`.' },
    startCursorFieldOptions: { description: 'The place of the first entry. Null on an empty page.' },
    endCursorFieldOptions: { description: 'The place of the last entry. Null on an empty page.' },
    pageInfoFieldOptions: { description: 'Where this page lies in the list.' },
    edgesFieldOptions: { description: 'The entries with their places.' },
    nodesOnConnection: { description: 'The entries alone.' },
    cursorFieldOptions: { description: 'The place of the entry: opaque, and good for this list in this order only.' },
    nodeFieldOptions: { description: 'The entry.' },
    firstArgOptions: { description: `How many from the start, 0 to ${PAGE_SIZE_MAX}; ${PAGE_SIZE} when absent.` },
    afterArgOptions: { description: 'Begins after this place.' },
    lastArgOptions: { description: `How many from the end, 0 to ${PAGE_SIZE_MAX}; not together with \`first\`.` },
    beforeArgOptions: { description: 'Ends before this place.' },
    nodeQueryOptions: false,
    nodesQueryOptions: false,
    encodeGlobalID: (type, id) => textOf(toPublicId(ID_PREFIXES[type as NodeType], String(id))),
    decodeGlobalID: (text) => {
      const parsed = parsePublicId(asPublicId(text))
      if (!parsed) throw new Error('Decoded an id that was not checked.')
      return { typename: parsed.type, id: parsed.uuid }
    },
  },
  prisma: {
    client: (context) => context.prisma,
    dmmf: getDatamodel(),
    filterConnectionTotalCount: true,
    maxConnectionSize: PAGE_SIZE_MAX,
    defaultConnectionSize: PAGE_SIZE,
    onUnusedQuery: null,
  },
})

export type SchemaTypes = (typeof builder)['$inferSchemaTypes']

builder.queryType({ description: 'What may be read. What the viewer may not see is null or absent, never an error.' })
builder.mutationType({
  description:
    'What may be changed. Each mutation is one business step in one transaction and answers with a union: its success, or the refusal as typed data.',
})
