/** Fee rules in tests: an administrator sets them through the API. */
import { ask } from './ask.ts'
import type { Actor, Outcome } from './story.ts'

const SET = /* GraphQL */ `
  mutation ($input: SetFeeRuleInput!) {
    setFeeRule(input: $input) {
      __typename
      ... on FeeRulePayload { replayed feeRule { id version basisPoints least effectiveFrom setBy { id } } }
      ... on Error { code message }
      ... on ValidationError { fields { path message } }
    }
  }`

/** Sends `setFeeRule`, by default for a fifth and at least 2.00 from now on by the clock of the server, and returns its answer. */
export async function asksForFee(someone: Actor, input: Record<string, unknown> = {}): Promise<Outcome> {
  const { sandbox } = await ask<{ sandbox: { now: string } }>(someone, '{ sandbox { now } }')
  const rule = { basisPoints: 2_000, least: '2.00', effectiveFrom: sandbox.now, reason: 'A test.', ...input }
  return (await ask<{ setFeeRule: Outcome }>(someone, SET, { input: rule })).setFeeRule
}

/** The same, expecting success. Returns the version. */
export async function setsFee(admin: Actor, input: Record<string, unknown> = {}): Promise<number> {
  const outcome = await asksForFee(admin, input)
  if (outcome.__typename !== 'FeeRulePayload') throw new Error(`setFeeRule: ${JSON.stringify(outcome)}`)
  return (outcome.feeRule as { version: number }).version
}
