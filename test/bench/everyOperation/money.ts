/** Money: refunds, transfers that succeed, fail or are in doubt, and the mutations of finance staff on them. */
import { setTimeout as pause } from 'node:timers/promises'
import {
  ApproveWorkDocument,
  CancelTransferDocument,
  LedgerAccountDocument,
  LedgerHealthDocument,
  LedgerTransactionsDocument,
  MoneyTrailDocument,
  MyStatementDocument,
  MyTransfersDocument,
  orThrow,
  PlatformStatementDocument,
  ReconciliationsDocument,
  RefundHoldDocument,
  ResolveInDoubtTransferDocument,
  RetryTransferDocument,
  ReverseTransferDocument,
  SetSandboxProviderDocument,
  TransferDocument,
  TransfersDocument,
} from '../../../schema/sdk/index.ts'
import { toPublicId } from '../../support/publicIds.ts'
import { inTurn, type Pause, type Play, type Stage, step } from './steps.ts'
import type { Story } from './tasks.ts'

const SPAN = { from: '2000-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z', currencyCode: 'EUR' }

const SETTLED_WAIT_MS = 60_000
const POLL_MS = 100

/** A quarter of the stories is paid, a quarter is in doubt, and half fails: one half of these is retried, the other canceled. */
export function moneyPlay(stage: Stage, stories: readonly Story[]): Play {
  const { requests, finance, admins, ground } = stage
  const quarter = Math.floor(requests / 4)
  const transferIds: string[] = []
  let clearingId = ''
  const provider = (mode: 'ACCEPT' | 'REFUSE_FOR_GOOD' | 'DROP_RESPONSE', times: number) =>
    step(SetSandboxProviderDocument, times, (index) => ({ by: inTurn(admins, index), variables: { input: { mode } } }))
  const approve = (first: number, count: number) =>
    step(ApproveWorkDocument, count, (index) => {
      const { poster, taskId } = inTurn(stories, first + index)
      return {
        by: poster,
        variables: { input: { idempotencyKey: `approve ${taskId}`, taskId } },
        keep: ({ approveWork }) => {
          transferIds[first + index] = orThrow(approveWork).transfer.id
        },
      }
    })
  const about = (index: number, what: string) => {
    const transferId = inTurn(transferIds, index)
    return { by: finance, transferId, idempotencyKey: `${what} ${transferId}` }
  }
  const settled = (table: SentTable) => untilSettled(stage, table)
  return [
    provider('ACCEPT', requests),
    step(RefundHoldDocument, requests, (index) => ({
      by: finance,
      variables: {
        input: {
          idempotencyKey: `refund ${index}`,
          holdId: inTurn(stories, index).holdId,
          amount: { amount: '1.00', currencyCode: 'EUR' },
          reason: 'Agreed by both.',
        },
      },
    })),
    settled('refunds'),
    approve(0, quarter),
    settled('transfers'),
    step(ReverseTransferDocument, quarter, (index) => {
      const { by, ...input } = about(index, 'reverse')
      const amount = { amount: '1.00', currencyCode: 'EUR' }
      return { by, variables: { input: { ...input, amount, returnFee: true, reason: 'Half of it is missing.' } } }
    }),
    settled('reversals'),
    provider('REFUSE_FOR_GOOD', 1),
    approve(quarter, 2 * quarter),
    settled('transfers'),
    // The look-up of an in-doubt transfer is due after 30 s, so the mutations on it run before.
    provider('DROP_RESPONSE', 1),
    approve(3 * quarter, quarter),
    settled('transfers'),
    provider('ACCEPT', 1),
    step(ResolveInDoubtTransferDocument, quarter, (index) => {
      const { by, ...input } = about(3 * quarter + index, 'resolve')
      return {
        by,
        variables: { input: { ...input, finding: 'PROVIDER_HAS_IT' as const, evidence: 'The statement says so.' } },
      }
    }),
    step(RetryTransferDocument, quarter, (index) => {
      const { by, ...input } = about(quarter + index, 'retry')
      return { by, variables: { input: { ...input, reason: 'The account is mended.' } } }
    }),
    step(CancelTransferDocument, quarter, (index) => {
      const { by, ...input } = about(2 * quarter + index, 'cancel')
      return { by, variables: { input: { ...input, reason: 'Given up.' } } }
    }),
    settled('transfers'),
    step(TransferDocument, requests, (index) => ({
      by: finance,
      variables: { id: inTurn(transferIds, index) },
    })),
    step(TransfersDocument, requests, () => ({ by: finance, variables: { first: 20 } })),
    step(MyTransfersDocument, requests, (index) => ({ by: inTurn(stories, index).tasker, variables: { first: 20 } })),
    step(MoneyTrailDocument, requests, (index) => {
      const { poster, taskId } = inTurn(stories, index)
      return { by: poster, variables: { taskId } }
    }),
    step(LedgerTransactionsDocument, requests, () => ({ by: finance, variables: { first: 20 } })),
    async () => {
      const { rows } = await ground.client.query<{ id: string }>(
        `select id from ledger_accounts where kind = 'PROVIDER_CLEARING' and currency = 'EUR'`,
      )
      clearingId = toPublicId('lac', rows[0]?.id ?? '')
    },
    step(LedgerAccountDocument, requests, () => ({
      by: finance,
      variables: { id: clearingId, at: new Date(Date.now() - 3_600_000).toISOString(), first: 20 },
    })),
    step(MyStatementDocument, requests, (index) => ({
      by: inTurn(stories, index).tasker,
      variables: { ...SPAN, first: 20 },
    })),
    step(PlatformStatementDocument, requests, () => ({ by: finance, variables: { ...SPAN, first: 20 } })),
    step(ReconciliationsDocument, requests, () => ({ by: finance, variables: { first: 20 } })),
    step(LedgerHealthDocument, requests, () => ({ by: finance, variables: {} })),
    async () => {
      const { rows } = await ground.client.query<{ entries: number }>(
        'select count(*)::integer as entries from ledger_entries',
      )
      console.log(`(the ledger has ${rows[0]?.entries} entries)`)
    },
  ]
}

type SentTable = 'transfers' | 'reversals' | 'refunds'

/** Waits until the worker has sent all of them, with any outcome. */
const untilSettled =
  ({ ground }: Stage, table: SentTable): Pause =>
  async () => {
    const deadline = performance.now() + SETTLED_WAIT_MS
    while (performance.now() < deadline) {
      const { rowCount } = await ground.client.query(
        `select from ${table} where status in ('PENDING', 'PROCESSING') limit 1`,
      )
      if (rowCount === 0) return
      await pause(POLL_MS)
    }
    throw new Error(`Some ${table} were not sent.`)
  }
