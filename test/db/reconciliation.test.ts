import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { movesOf } from '../../src/domain/lifeCycle.ts'
import { reconciliationLifeCycle } from '../../src/reconciliation/reconciliationStatus.ts'
import { fromPublicId, newId } from '../support/publicIds.ts'
import { startApp, type TestApp } from '../support/servers/app.ts'
import { differenceRow } from '../support/worlds/authorizationWorld.ts'

let app: TestApp
let differenceId: string
let reconciliationId: string

beforeAll(async () => {
  app = await startApp()
  const ids = await differenceRow(app)
  differenceId = fromPublicId('rcd', ids.differenceId) ?? ''
  reconciliationId = fromPublicId('rcn', ids.reconciliationId) ?? ''
})
afterAll(async () => {
  await app.stop()
})

test('the moves of a reconciliation are those of the code', async () => {
  const rows = await app.database.rows<{ from: string; to: string }>`
    /* testMoves */
    select from_status as from, to_status as to
    from status_transitions
    where subject = 'reconciliation'`
  const inOrder = (moves: { from: string; to: string }[]) => moves.map(({ from, to }) => `${from} ${to}`).sort()
  expect(inOrder(rows)).toEqual(inOrder(movesOf(reconciliationLifeCycle)))
})

const RUN = `insert into reconciliations (id, span_from, span_to, status, started_at, finished_at, lease_until)`
const DIFFERENCE = `
  insert into reconciliation_differences (
    id, kind, source, occurred_at, ours_minor, ours_currency, theirs_minor, theirs_currency, found_at, last_found_at, settled_at, note
  )`
const day = (number: number) => `'2026-03-0${number}Z'`

describe('the database refuses', () => {
  const refused: [what: string, statement: () => string, constraint: string][] = [
    [
      'a span that ends before it begins',
      () => `${RUN} values ('${newId()}', ${day(2)}, ${day(1)}, 'RUNNING', ${day(3)}, null, null)`,
      'a_span_begins_before_it_ends',
    ],
    [
      'a span in the future',
      () => `${RUN} values ('${newId()}', ${day(1)}, ${day(3)}, 'RUNNING', ${day(2)}, null, null)`,
      'only_the_past_is_reconciled',
    ],
    [
      'a second run over the same span',
      () => `${RUN}
        values
          ('${newId()}', ${day(1)}, ${day(2)}, 'RUNNING', ${day(3)}, null, null),
          ('${newId()}', ${day(1)}, ${day(2)}, 'RUNNING', ${day(3)}, null, null)`,
      'a_span_is_reconciled_by_one_run_at_a_time',
    ],
    [
      'a run that is done and has no end',
      () => `${RUN} values ('${newId()}', ${day(1)}, ${day(2)}, 'DONE', ${day(3)}, null, null)`,
      'a_reconciliation_ends_exactly_when_it_is_not_running',
    ],
    [
      'a lease of a run that has ended',
      () => `${RUN} values ('${newId()}', ${day(1)}, ${day(2)}, 'DONE', ${day(3)}, ${day(4)}, ${day(5)})`,
      'only_a_running_reconciliation_has_a_lease',
    ],
    [
      'an ended run that goes on',
      () => `update reconciliations set status = 'RUNNING', finished_at = null where id = '${reconciliationId}'`,
      'a_reconciliation_follows_its_life_cycle',
    ],
    [
      'a difference that is missing at the provider, which has it',
      () => `${DIFFERENCE}
        values ('${newId()}', 'MISSING_AT_PROVIDER', 'ltx_1', ${day(1)}, 1, 'EUR', 1, 'EUR', ${day(1)}, ${day(1)}, null, null)`,
      'a_difference_has_the_sides_of_its_kind',
    ],
    [
      'the same difference twice',
      () => `${DIFFERENCE}
        select '${newId()}', kind, source, occurred_at, ours_minor, ours_currency, theirs_minor, theirs_currency, found_at, last_found_at, null, null
        from reconciliation_differences
        where id = '${differenceId}'`,
      'a_difference_is_one_row_however_often_it_is_found',
    ],
    [
      'a note of nobody',
      () => `update reconciliation_differences set note = 'Fine.', settled_at = now() where id = '${differenceId}'`,
      'a_note_comes_from_the_person_who_settled',
    ],
    [
      'another source',
      () => `update reconciliation_differences set source = 'txn_other' where id = '${differenceId}'`,
      'a_difference_keeps_its_source',
    ],
    [
      'the deletion of a difference',
      () => `delete from reconciliation_differences where id = '${differenceId}'`,
      'reconciliation_differences_are_append_only',
    ],
    [
      'the deletion of a run',
      () => `delete from reconciliations where id = '${reconciliationId}'`,
      'reconciliations_are_append_only',
    ],
    [
      'a second nightly run',
      () => `insert into reconciliation_nights (only_row, through) values (false, now())`,
      'there_is_one_nightly_run',
    ],
  ]

  test.each(refused)('%s', async (_what, statement, constraint) => {
    const failure = await app.database.pool.query(statement()).then(
      () => undefined,
      (error: { constraint?: string; message: string }) => error,
    )
    expect([failure?.constraint, failure?.message].join(' ')).toContain(constraint)
  })
})
