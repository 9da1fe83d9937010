/** The schema builder. The order of its plugins matters for correctness: the first one is outermost. */
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
import ScopePlugin from './scopes/scopePlugin.ts'
import TransactionPlugin from './transactionPlugin.ts'

interface BuilderTypes {
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

/** The largest page. More is BAD_USER_INPUT, because a shortened page would look like the end of the list. */
export const PAGE_SIZE_MAX = 100
/** The default page size. */
export const PAGE_SIZE = 20

/** The builder that every part of the schema uses. */
export const builder = new SchemaBuilder<BuilderTypes>({
  plugins: [
    // Outermost: converts a refusal to data after the transaction has rolled back.
    ErrorsPlugin,
    // Before the transaction: a refused request takes no connection. A request by an access token is first refused by its scopes.
    ScopePlugin,
    AdmissionPlugin,
    TransactionPlugin,
    // Inside the transaction: the row of the key commits or rolls back with the change.
    IdempotencyPlugin,
    // After the key: a replay does not count.
    BudgetPlugin,
    ComplexityPlugin,
    RelayPlugin,
    PrismaPlugin,
  ],
  defaultFieldNullability: false,
  errors: { defaultTypes: [] },
  // Only for the costs of fields. src/http/limits.ts adds them up, once per operation, before its execution.
  complexity: { disabled: true, fieldComplexity: (args, _context, field) => costOf(field, args) },
  relay: {
    cursorType: 'String',
    nodeTypeOptions: { description: 'An object with an id. `node(id:)` returns it.' },
    idFieldOptions: { description: 'Opaque, with a prefix for the type. Never reused.' },
    pageInfoTypeOptions: { description: 'The position of a page in its list.' },
    hasNextPageFieldOptions: { description: 'True if more entries follow. Request them with `after: endCursor`.' },
    hasPreviousPageFieldOptions: {
      description: 'True if more entries precede. Request them with `before: startCursor`.',
    },
    startCursorFieldOptions: { description: 'Cursor of the first entry. Null on an empty page.' },
    endCursorFieldOptions: { description: 'Cursor of the last entry. Null on an empty page.' },
    pageInfoFieldOptions: { description: 'The position of this page in the list.' },
    edgesFieldOptions: { description: 'The entries with their cursors.' },
    nodesOnConnection: { description: 'The entries without cursors.' },
    cursorFieldOptions: { description: 'Opaque position of the entry. Valid only for this list in this order.' },
    nodeFieldOptions: { description: 'The entry.' },
    firstArgOptions: {
      description: `Number of entries from the start, 0 to ${PAGE_SIZE_MAX}. Default: ${PAGE_SIZE}.`,
    },
    afterArgOptions: { description: 'Cursor after which the page starts.' },
    lastArgOptions: {
      description: `Number of entries from the end, 0 to ${PAGE_SIZE_MAX}. Cannot be combined with \`first\`.`,
    },
    beforeArgOptions: { description: 'Cursor before which the page ends.' },
    nodeQueryOptions: false,
    nodesQueryOptions: false,
    encodeGlobalID: (type, id) => textOf(toPublicId(ID_PREFIXES[type as NodeType], String(id))),
    decodeGlobalID: (text) => {
      const parsed = parsePublicId(asPublicId(text))
      if (!parsed) throw new Error('An id was decoded without a check.')
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

builder.queryType({ description: 'Reads. Data that the viewer may not see is null or absent, never an error.' })
builder.mutationType({
  description:
    'Changes. Each mutation is one business step in one transaction. It returns a union: its payload on success, or a refusal as typed data.',
})
