/** Chargebacks in tests: what the provider reports, and the notice of it. */
import { noticeChargeback } from '../../src/chargebacks/noticeChargeback.ts'
import type { ChargebackReport } from '../../src/payments/port/chargebacks.ts'
import { holdRows, type World } from './money.ts'
import { toPublicId } from './publicIds.ts'
import type { TestApp } from './servers/app.ts'
import type { Named } from './story.ts'

let count = 0

/** A chargeback that the provider has, and its names. */
export interface Reported {
  providerReference: string
  /** Makes the provider report this change, and tells our server of it. */
  becomes(change: Partial<Omit<ChargebackReport, 'kind'>>): Promise<void>
  /** The row on our side. */
  row(): ReturnType<World['app']['prisma']['chargeback']['findUniqueOrThrow']>
}

/** The provider has a chargeback of the last payment of a task, of the whole payment by default, and tells our server of it. */
export async function chargedBack(
  { app, provider, ...world }: World,
  task: Named,
  change: Partial<Omit<ChargebackReport, 'kind'>> & { minorUnits?: bigint; providerReference?: string } = {},
): Promise<Reported> {
  const hold = (await holdRows({ app, provider, ...world }, task)).at(-1)
  if (!hold) throw new Error('The task has no payment.')
  const { minorUnits = hold.amountMinor, providerReference = `dp_${++count}`, ...facts } = change
  const openedAt = new Date()
  let report: ChargebackReport = {
    kind: 'known',
    chargeReference: toPublicId('hld', hold.id),
    amount: { minorUnits, currencyCode: hold.currency },
    providerFee: { minorUnits: 1500n, currencyCode: hold.currency },
    taken: { minorUnits, currencyCode: hold.currency },
    reason: 'fraudulent',
    status: 'NEEDS_RESPONSE',
    evidenceDueBy: new Date(openedAt.getTime() + 14 * 86_400_000),
    openedAt,
    ...facts,
  }
  const tell = async () => {
    provider.reports(providerReference, report)
    await noticeChargeback(app.work, { providerReference })
  }
  await tell()
  return {
    providerReference,
    async becomes(next) {
      report = { ...report, ...next }
      await tell()
    },
    row: () => app.prisma.chargeback.findUniqueOrThrow({ where: { providerReference } }),
  }
}

/** Makes the sandbox know the last payment of a task, which a scripted provider took. Returns the public id of the hold. */
export async function chargeAtSandbox(world: World, task: Named): Promise<string> {
  const hold = (await holdRows(world, task)).at(-1)
  if (!hold) throw new Error('The task has no payment.')
  const holdId = toPublicId('hld', hold.id)
  await world.app.database.run`
    /* testCharge */
    insert into sandbox.movements (id, kind, our_reference, idempotency_key, amount_minor, currency, created_at)
    values (${`ch_${hold.id}`}, 'charge', ${holdId}, ${holdId}, ${hold.amountMinor}, ${hold.currency}, errand_now())`
  return holdId
}

/** The sandbox provider opens a chargeback of a payment, and our server learns of it. Returns its public id. */
export async function sandboxChargeback(app: TestApp, holdId: string): Promise<string> {
  const order = { chargeReference: holdId, amount: undefined, reason: 'fraudulent' }
  const answer = await app.services.sandboxControls?.openChargeback(order)
  if (answer?.kind !== 'done') throw new Error('The sandbox opened no chargeback.')
  const { providerReference } = answer
  await noticeChargeback(app.work, { providerReference })
  const { id } = await app.prisma.chargeback.findUniqueOrThrow({ where: { providerReference } })
  return toPublicId('cbk', id)
}
