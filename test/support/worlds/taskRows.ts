/** Tasks and applications in any status, for tests of reads, inserted directly, as the rules would leave them. */

import type { AcceptanceMode, TaskApplicationStatus, TaskStatus } from '../../../src/db/generated/enums.ts'
import { searchTextOf } from '../../../src/domain/searchText.ts'
import type { Person } from '../people.ts'
import { newId, toPublicId } from '../publicIds.ts'
import type { TestApp } from '../servers/app.ts'

export interface Row {
  uuid: string
  id: string
}

export interface TaskOptions {
  poster: Person
  status?: TaskStatus
  mode?: AcceptanceMode
  assignee?: Person | undefined
  invitee?: Person | undefined
  title?: string
  description?: string
  budgetMinor?: bigint
  currency?: string
  deadline?: Date | null
  categoryId?: string | null
  place?: [latitude: number, longitude: number] | null
  remote?: boolean
}

const FINAL: TaskStatus[] = ['COMPLETED', 'CANCELED', 'EXPIRED']

/** Inserts a task that satisfies the constraints of its status; the agreed price is the budget. */
export async function anyTask(app: TestApp, options: TaskOptions): Promise<Row> {
  const { status = 'OPEN', budgetMinor = 2_000n, currency = 'EUR', assignee, invitee, place = null } = options
  const uuid = newId()
  const now = new Date()
  const { title = 'Paint the fence', description = 'White.' } = options
  const when = (condition: boolean) => (condition ? now : null)
  await app.database.run`
    /* anyTask */
    insert into tasks (
      id, title, description, search_text, search_text_folded, category_id, status, acceptance_mode, budget_minor, currency, deadline,
      location_label, latitude, longitude, remote, poster_id, invitee_id,
      assignee_id, agreed_price_minor, fee_rule_version, accepted_at,
      created_at, updated_at, published_at, submitted_at, completed_at, ended_at, funding_due_at, auto_approve_at
    )
    values (
      ${uuid}, ${title}, ${description}, ${searchTextOf(title, description)}, true, ${options.categoryId},
      ${status}, ${options.mode ?? (invitee ? 'INVITE_ONLY' : 'POSTER_CHOICE')}, ${budgetMinor}, ${currency},
      ${options.deadline}, ${place ? 'Somewhere' : null}, ${place?.[0]}, ${place?.[1]}, ${options.remote ?? false},
      ${options.poster.uuid}, ${invitee?.uuid},
      ${assignee?.uuid}, ${assignee ? budgetMinor : null}, ${assignee ? 1 : null}, ${when(assignee !== undefined)},
      ${now}, ${now}, ${when(status !== 'DRAFT')}, ${when(status === 'SUBMITTED' || status === 'COMPLETED')},
      ${when(status === 'COMPLETED')}, ${when(FINAL.includes(status))}, ${when(status === 'AWAITING_FUNDS')},
      ${when(status === 'SUBMITTED')}
    )`
  return { uuid, id: toPublicId('tsk', uuid) }
}

/** Inserts the next application of a task. */
export async function anyApplication(
  app: TestApp,
  { task, applicant, status = 'PENDING' }: { task: Row; applicant: Person; status?: TaskApplicationStatus },
): Promise<Row> {
  const uuid = newId()
  await app.database.run`
    /* anyApplication */
    with task as (
      update tasks
      set last_arrival_number = last_arrival_number + 1,
        application_count = application_count + ${status === 'WITHDRAWN' ? 0 : 1}
      where id = ${task.uuid}
      returning id, version, last_arrival_number, budget_minor, currency
    )
    insert into task_applications (
      id, task_id, applicant_id, status, message, price_minor, currency, arrival_number, created_at, accepted_at,
      task_version
    )
    select
      ${uuid}::uuid, id, ${applicant.uuid}::uuid, ${status}::task_application_status, 'I can do it.', budget_minor, currency,
      last_arrival_number, errand_now(), case when ${status} = 'ACCEPTED' then errand_now() end, version
    from task`
  return { uuid, id: toPublicId('app', uuid) }
}
