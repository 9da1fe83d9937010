import { columnsOf } from '../db/columns.ts'
import type { Statements } from '../db/statements.ts'
import type { TaskSearch, TaskSort, TaskSortKey } from './taskSearch.ts'

export interface NearSearch {
  search: TaskSearch
  /** LIKE patterns for `search_text`; all must match. */
  patterns: string[]
  circle: { latitude: string; longitude: string; chord: number }
  sort: TaskSort
  viewer: { id: string | undefined; isStaff: boolean }
  page: { after: TaskSortKey | undefined; before: TaskSortKey | undefined; backward: boolean; limit: number }
}

const SEARCHED = columnsOf('Task')

/**
 * Returns the sort keys of a page of tasks in a circle, whose radius is measured along the ground. Prisma can neither measure nor sort by
 * distance, so this repeats `searchedTasks` and the sorts in SQL; a test holds both equal. Open tasks are a separate branch, so that the
 * index of the others is not read for a search of open ones.
 */
export const readTasksNear = (
  database: Statements,
  { search, patterns, circle, sort, viewer, page: { after, before, backward, limit } }: NearSearch,
) => database.rows<TaskSortKey>`
  /* readTasksNear */
  with circle as materialized (
    select
      earth_point(${circle.latitude}, ${circle.longitude}) as center,
      ${circle.chord}::double precision as chord
  ),
  found as (
    select
      task.id,
      case when ${sort} in ('BUDGET_HIGH', 'BUDGET_LOW') then task.currency else '' end as "group",
      case ${sort}
        when 'DEADLINE' then coalesce((extract(epoch from task.deadline) * 1000)::double precision, 'infinity')
        when 'BUDGET_HIGH' then -task.budget_minor::double precision
        when 'BUDGET_LOW' then task.budget_minor::double precision
        when 'NEAREST' then earth_point(task.latitude, task.longitude) <-> circle.center
        else 0
      end as rank
    from circle
    cross join lateral (
      select ${SEARCHED}
      from tasks
      where status = 'OPEN'
        and 'OPEN' = any(${search.statuses}::task_status[])
        and latitude is not null
        and earth_point(latitude, longitude) <@ cube_enlarge(circle.center, circle.chord, 3)
      union all
      select ${SEARCHED}
      from tasks
      where status <> 'OPEN'
        and ${search.statuses.some((status) => status !== 'OPEN')}
        and status = any(${search.statuses})
        and latitude is not null
        and earth_point(latitude, longitude) <@ cube_enlarge(circle.center, circle.chord, 3)
    ) task
    join users poster on poster.id = task.poster_id
    where earth_point(task.latitude, task.longitude) <-> circle.center <= circle.chord
      and (${search.categoryId}::uuid is null or task.category_id = ${search.categoryId})
      and (${search.posterId}::uuid is null or task.poster_id = ${search.posterId})
      and (${search.currencyCode}::text is null or task.currency = ${search.currencyCode})
      and (${search.budgetMin}::bigint is null or task.budget_minor >= ${search.budgetMin})
      and (${search.budgetMax}::bigint is null or task.budget_minor <= ${search.budgetMax})
      and (${search.deadlineBefore}::timestamptz is null or task.deadline < ${search.deadlineBefore})
      and (${search.remote}::boolean is null or task.remote = ${search.remote})
      and (${search.acceptanceModes}::text[] is null or task.acceptance_mode::text = any(${search.acceptanceModes}))
      and task.search_text like all(${patterns}::text[])
      and (
        task.poster_id = ${viewer.id}
        or case task.status
          when 'DRAFT' then false
          when 'OPEN' then poster.suspended_at is null
            and (task.acceptance_mode <> 'INVITE_ONLY' or task.invitee_id = ${viewer.id})
          else ${viewer.isStaff} and task.invitee_id is distinct from ${viewer.id}
            or task.assignee_id = ${viewer.id}
            or exists (select from task_applications where task_id = task.id and applicant_id = ${viewer.id})
        end
      )
  ),
  placed as (
    select id, "group", rank, row_number() over (order by "group", rank, id desc) as number
    from found
  )
  select id, "group", rank
  from placed
  where (
    ${after?.id}::uuid is null
    or ("group", rank) > (${after?.group}, ${after?.rank}::double precision)
    or ("group", rank) = (${after?.group}, ${after?.rank}) and id < ${after?.id}
  )
  and (
    ${before?.id}::uuid is null
    or ("group", rank) < (${before?.group}, ${before?.rank}::double precision)
    or ("group", rank) = (${before?.group}, ${before?.rank}) and id > ${before?.id}
  )
  order by number * ${backward ? -1 : 1}::integer
  limit ${limit}`
