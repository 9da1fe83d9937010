/** Chargebacks of payments for work: opened and decided by the sandbox's bank, and answered by finance staff. */
import { setTimeout as pause } from 'node:timers/promises'
import {
  AcceptTaskDocument,
  ChargebackDocument,
  ChargebacksDocument,
  CreateTaskDocument,
  DecideSandboxChargebackDocument,
  FundTaskDocument,
  OpenSandboxChargebackDocument,
  orThrow,
  SubmitChargebackEvidenceDocument,
} from '../../../schema/sdk/index.ts'
import { toPublicId } from '../../support/publicIds.ts'
import { inTurn, type Play, type Stage, step } from './steps.ts'

const BUDGET = { amount: '35.00', currencyCode: 'EUR' }
const VARIANT = 'for a chargeback'
const NOTICED_WAIT_MS = 60_000
const POLL_MS = 100

/** Half of the chargebacks are won. */
export function chargebacksPlay({ ground, requests, posters, taskers, finance, admins }: Stage): Play {
  const taskIds: string[] = []
  const holdIds: string[] = []
  const references: string[] = []
  const chargebackIds: string[] = []
  const admin = (index: number) => inTurn(admins, index)
  const chargebackId = (index: number) => inTurn(chargebackIds, index)
  return [
    step(
      CreateTaskDocument,
      requests,
      (index) => ({
        by: inTurn(posters, index),
        variables: {
          input: {
            title: `Charged back ${index}`,
            description: 'Four windows.',
            budget: BUDGET,
            acceptanceMode: 'FIRST_COME' as const,
            publish: true,
          },
        },
        keep: ({ createTask }) => {
          taskIds[index] = orThrow(createTask).task.id
        },
      }),
      VARIANT,
    ),
    step(
      AcceptTaskDocument,
      requests,
      (index) => ({ by: inTurn(taskers, index), variables: { input: { taskId: inTurn(taskIds, index) } } }),
      VARIANT,
    ),
    step(
      FundTaskDocument,
      requests,
      (index) => ({
        by: inTurn(posters, index),
        variables: {
          input: {
            idempotencyKey: `fund charged back ${index}`,
            taskId: inTurn(taskIds, index),
            paymentMethodId: 'pm_ok',
          },
        },
        keep: ({ fundTask }) => {
          holdIds[index] = orThrow(fundTask).hold.id
        },
      }),
      VARIANT,
    ),
    step(OpenSandboxChargebackDocument, requests, (index) => ({
      by: admin(index),
      variables: { input: { holdId: inTurn(holdIds, index) } },
      keep: ({ openSandboxChargeback }) => {
        references[index] = orThrow(openSandboxChargeback).providerReference
      },
    })),
    async () => {
      chargebackIds.push(...(await noticed(ground, references)))
    },
    step(ChargebacksDocument, requests, () => ({ by: finance, variables: { first: 20 } })),
    step(ChargebackDocument, requests, (index) => ({ by: finance, variables: { id: chargebackId(index) } })),
    step(SubmitChargebackEvidenceDocument, requests, (index) => ({
      by: finance,
      variables: {
        input: {
          idempotencyKey: `evidence ${index}`,
          chargebackId: chargebackId(index),
          statement: 'The windows were cleaned.',
          submit: true,
        },
      },
    })),
    step(DecideSandboxChargebackDocument, requests, (index) => ({
      by: admin(index),
      variables: { input: { chargebackId: chargebackId(index), won: index % 2 === 0 } },
    })),
  ]
}

/** Waits until the webhooks of all chargebacks were processed; returns their public ids. */
async function noticed({ client }: Stage['ground'], references: readonly string[]): Promise<string[]> {
  const deadline = performance.now() + NOTICED_WAIT_MS
  while (performance.now() < deadline) {
    const { rows } = await client.query<{ id: string }>(
      'select id from chargebacks where provider_reference = any($1) order by array_position($1, provider_reference)',
      [references],
    )
    if (rows.length === references.length) return rows.map(({ id }) => toPublicId('cbk', id))
    await pause(POLL_MS)
  }
  throw new Error('Some chargebacks were not noticed.')
}
