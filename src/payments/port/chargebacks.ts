/** The section of the port about chargebacks: payments that the payer's bank takes back. */
import type { Money } from '../../domain/money.ts'

export type ChargebackState = 'NEEDS_RESPONSE' | 'UNDER_REVIEW' | 'WON' | 'LOST'

/** A chargeback as the provider has it now. */
export interface ChargebackReport {
  kind: 'known'
  /** Our reference of the charge, `hld_...`. Null if the charge is not ours. */
  chargeReference: string | null
  amount: Money
  /** The fee of the provider, unless it is won. Null if it takes none, or as long as that is not known. */
  providerFee: Money | null
  /** The amount that the provider has taken for it and not returned, without fees: none for an inquiry, or one that is won. */
  taken: Money
  /** One line, e.g. `fraudulent`. */
  reason: string
  status: ChargebackState
  /** Null if the provider takes no evidence. */
  evidenceDueBy: Date | null
  openedAt: Date
}

/** The result of a look-up of a chargeback. */
export type ChargebackFinding = ChargebackReport | { kind: 'never' } | { kind: 'unreachable'; message: string }

/** A file of evidence. It is read when it is sent, so that none is held in memory. */
export interface EvidenceFile {
  name: string
  contentType: string
  byteSize: bigint
  open(): Promise<AsyncIterable<Uint8Array>>
}

export interface EvidenceOrder {
  /** Our id of the chargeback, `cbk_...`. */
  reference: string
  providerReference: string
  /** The same key after an unknown outcome, another after a refusal, and for other evidence. */
  idempotencyKey: string
  statement: string
  files: readonly EvidenceFile[]
  /** False saves a draft; true submits it, after which the provider takes no more. */
  isFinal: boolean
}

/** A webhook about a chargeback. It only says that something happened to it. */
export interface ChargebackReference {
  kind: 'chargeback'
  /** The provider's id of the chargeback. */
  providerReference: string
}

/** The outcome of a submission, as that of an order. */
export type EvidenceOutcome =
  | { kind: 'accepted'; providerReference: string }
  /** The provider did not take it. `isFinal`: a retry is of no use. */
  | { kind: 'refused'; code: string; message: string; isFinal: boolean }
  /** It did not reach the provider: the same submission is sent again under the same key after this pause. */
  | { kind: 'not_sent'; message: string; retryAfterMs: number; isUnreachable?: true }
  /** It may or may not have been received: the same submission is sent again under the same key. */
  | { kind: 'unknown'; message: string }

export interface Chargebacks {
  read(providerReference: string): Promise<ChargebackFinding>
  submitEvidence(order: EvidenceOrder): Promise<EvidenceOutcome>
}
