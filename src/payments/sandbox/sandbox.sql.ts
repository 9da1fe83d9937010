/** The statements of the sandbox provider, which run on its own connections, and those of its mode, which administrators set. */
import type { Statements } from '../../db/statements.ts'
import type { Tx } from '../../db/transaction.ts'
import type { MovementKind } from '../port/provider.ts'

export const PROVIDER_MODES = [
  'ACCEPT',
  'REFUSE',
  'REFUSE_FOR_GOOD',
  'DROP_RESPONSE',
  'DARK',
  'DELAY',
  'DUPLICATE_WEBHOOK',
  'EMPTY_ACCOUNTS',
] as const

export type ProviderMode = (typeof PROVIDER_MODES)[number]

export interface SandboxState {
  now: Date
  provider: ProviderMode
  providerCalls: number
}

export async function readSandbox(database: Statements): Promise<SandboxState> {
  const row = await database.row<SandboxState>`
    /* readSandbox */
    select
      errand_now() as now,
      mode::text as provider,
      calls as provider_calls
    from sandbox.provider`
  return onlyRow(row)
}

export const updateProviderMode = (tx: Tx, { mode }: { mode: ProviderMode }) => tx.run`
  /* updateProviderMode */
  update sandbox.provider
  set mode = ${mode}::sandbox.provider_mode`

export interface Call {
  mode: ProviderMode
  webhookSecret: string
}

/** Counts one call, and returns the mode of the provider for it. */
export async function countCall(database: Statements): Promise<Call> {
  const row = await database.row<Call>`
    /* countCall */
    update sandbox.provider
    set calls = calls + 1
    returning mode::text, webhook_secret`
  return onlyRow(row)
}

export async function readWebhookSecret(database: Statements): Promise<string> {
  const row = await database.row<{ webhookSecret: string }>`
    /* readWebhookSecret */
    select webhook_secret
    from sandbox.provider`
  return onlyRow(row).webhookSecret
}

/** Reserves a key that is new or older than 24 hours. Waits for a concurrent order under the same key. */
export const takeOrder = (tx: Tx, { idempotencyKey, parameters }: { idempotencyKey: string; parameters: string }) =>
  tx.run`
  /* takeOrder */
  insert into sandbox.orders (idempotency_key, parameters, received_at)
  values (${idempotencyKey}, ${parameters}::jsonb, errand_now())
  on conflict (idempotency_key) do update
  set parameters = excluded.parameters, answer = null, received_at = excluded.received_at
  where orders.received_at <= excluded.received_at - interval '24 hours'`

export const readOrder = <Answer>(
  tx: Tx,
  { idempotencyKey, parameters }: { idempotencyKey: string; parameters: string },
) => tx.row<{ isSame: boolean; answer: Answer }>`
  /* readOrder */
  select
    parameters = ${parameters}::jsonb as is_same,
    answer
  from sandbox.orders
  where idempotency_key = ${idempotencyKey}`

export const storeAnswer = (tx: Tx, { idempotencyKey, answer }: { idempotencyKey: string; answer: string }) => tx.run`
  /* storeAnswer */
  update sandbox.orders
  set answer = ${answer}::jsonb
  where idempotency_key = ${idempotencyKey}`

interface NewMovement {
  id: string
  kind: MovementKind
  reference: string
  idempotencyKey: string
  amountMinor: bigint
  currency: string
  chargeId: string | null
  transferId: string | null
}

export const insertMovement = (tx: Tx, movement: NewMovement) => tx.run`
  /* insertMovement */
  insert into sandbox.movements (id, kind, our_reference, idempotency_key, amount_minor, currency, charge_id, transfer_id, created_at)
  values (
    ${movement.id},
    ${movement.kind}::sandbox.movement_kind,
    ${movement.reference},
    ${movement.idempotencyKey},
    ${movement.amountMinor},
    ${movement.currency},
    ${movement.chargeId},
    ${movement.transferId},
    errand_now()
  )`

/** Locks a charge, so that two concurrent refunds cannot both use what is left of it. */
export const lockCharge = (tx: Tx, { chargeId }: { chargeId: string }) => tx.row<{
  currency: string
  amountMinor: bigint
}>`
  /* lockCharge */
  select currency, amount_minor
  from sandbox.movements
  where id = ${chargeId}
    and kind = 'charge'
  for update`

export async function sumRefunds(tx: Tx, { chargeId }: { chargeId: string }): Promise<bigint> {
  const row = await tx.row<{ refundedMinor: bigint }>`
    /* sumRefunds */
    select coalesce(sum(amount_minor), 0)::bigint as refunded_minor
    from sandbox.movements
    where charge_id = ${chargeId}`
  return onlyRow(row).refundedMinor
}

/** Locks a transfer by our reference, so that two concurrent reversals cannot both use what is left of it. */
export const lockPaidTransfer = (tx: Tx, { reference }: { reference: string }) => tx.row<{
  id: string
  currency: string
  amountMinor: bigint
}>`
  /* lockPaidTransfer */
  select id, currency, amount_minor
  from sandbox.movements
  where our_reference = ${reference}
    and kind = 'transfer'
  order by id
  limit 1
  for update`

export async function sumReversed(tx: Tx, { transferId }: { transferId: string }): Promise<bigint> {
  const row = await tx.row<{ reversedMinor: bigint }>`
    /* sumReversed */
    select coalesce(sum(amount_minor), 0)::bigint as reversed_minor
    from sandbox.movements
    where transfer_id = ${transferId}`
  return onlyRow(row).reversedMinor
}

/** The first movement for an object. If there ever were two, the first would be the one that was ordered. */
export const findMovement = (database: Statements, { kind, reference }: { kind: MovementKind; reference: string }) =>
  database.row<{ id: string }>`
  /* findMovement */
  select id
  from sandbox.movements
  where our_reference = ${reference}
    and kind = ${kind}::sandbox.movement_kind
  order by id
  limit 1`

export interface Movement {
  id: string
  kind: MovementKind
  ourReference: string
  amountMinor: bigint
  currency: string
  createdAt: Date
}

/** A page of the movements of a span in the order of the book, after the given one. */
export const readMovements = (
  database: Statements,
  { from, to, after, limit }: { from: Date; to: Date; after: Movement | undefined; limit: number },
) => database.rows<Movement>`
  /* readMovements */
  select id, kind::text, our_reference, amount_minor, currency, created_at
  from sandbox.movements
  where (created_at, id) > (${after?.createdAt ?? from}::timestamptz, ${after?.id ?? ''}::text)
    and created_at < ${to}
  order by created_at, id
  limit ${limit}`

function onlyRow<Row>(row: Row | undefined): Row {
  if (!row) throw new Error('The only row of the sandbox is missing.')
  return row
}
