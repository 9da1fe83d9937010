/** Lists of tasks: what everybody may search, and the viewer's own. */
import { queryFromInfo } from '@pothos/plugin-prisma'
import type { GraphQLResolveInfo } from 'graphql'
import { ViewerType } from '../accounts/accounts.graphql.ts'
import type { Prisma } from '../db/generated/client.ts'
import { TaskStatus } from '../db/generated/enums.ts'
import { inStatuses } from '../db/queryHints.ts'
import { storedFormsOf } from '../domain/searchText.ts'
import { builder } from '../graphql/builder.ts'
import type { Context } from '../graphql/context.ts'
import { connectionOf, NODE_PATHS, type Page, readPage } from '../graphql/pagination.ts'
import { isStaff } from '../visibility/staffRights.ts'
import { found } from '../visibility/taskVisibility.ts'
import { readNearestOpenTasks } from './nearestOpenTasks.sql.ts'
import { readCircle, readSearch, TaskFilterInput, TaskSortEnum, taskCursor } from './taskFilter.graphql.ts'
import {
  type Circle,
  chordOf,
  LISTED_SELECT,
  type ListedTask,
  literally,
  orderOf,
  placeOf,
  searchedTasks,
  type TaskPlace,
  type TaskSearch,
  type TaskSort,
  tasksBeyond,
} from './taskSearch.ts'
import { TaskStatusEnum, TaskType } from './tasks.graphql.ts'
import { readTasksNear } from './tasksNear.sql.ts'

const TaskConnection = builder.connectionObject(
  { type: TaskType, name: 'TaskConnection', description: 'A page of tasks.' },
  { description: 'A task and its place in the list.' },
)

const TaskSideEnum = builder.enumType('TaskSide', {
  description: 'The two sides of a task.',
  values: {
    POSTER: { description: 'Who posted it.' },
    TASKER: { description: 'Who does it.' },
  },
})

// Plain connections, planned by hand: plugin-prisma's own take a row for a cursor, which loses its place when the row no
// longer fits, and which holds no other column of an order than its key.
builder.queryField('tasks', (t) =>
  t.connection(
    {
      type: TaskType,
      description: 'The tasks that the viewer may see; OPEN ones when no status is asked for.',
      args: {
        filter: t.arg({ type: TaskFilterInput, description: 'Which tasks.' }),
        sort: t.arg({ type: TaskSortEnum, defaultValue: 'NEWEST', description: 'In which order.' }),
      },
      resolve: (_root, { filter, sort: asked, ...pageArguments }, context, info) => {
        const sort = asked ?? 'NEWEST'
        const page = readPage(pageArguments, taskCursor(sort))
        const search = readSearch(filter ?? {})
        const circle = readCircle(filter ?? {}, sort)
        if (!search) return emptyPage(sort, page)
        if (circle) return pageNear(context, info, { search, circle, sort, page })
        const where = searchedTasks(search, { caller: context.caller, sort })
        return where ? pageOf(context, info, { where, sort, page }) : emptyPage(sort, page)
      },
    },
    TaskConnection,
  ),
)

builder.objectField(ViewerType, 'tasks', (t) =>
  t.connection(
    {
      type: TaskType,
      description: 'The tasks that they posted, or that they do or did, the newest first.',
      args: {
        as: t.arg({ type: TaskSideEnum, required: true, description: 'Their side of it.' }),
        status: t.arg({ type: [TaskStatusEnum], description: 'Only in one of these.' }),
      },
      resolve: ({ id }, { as, status, ...pageArguments }, context, info) => {
        const own = as === 'POSTER' ? { posterId: id } : { assigneeId: id }
        const where = { ...own, ...inStatuses(status ?? Object.values(TaskStatus)) }
        return pageOf(context, info, { where, sort: 'NEWEST', page: readPage(pageArguments, taskCursor('NEWEST')) })
      },
    },
    TaskConnection,
  ),
)

interface List {
  sort: TaskSort
  page: Page<TaskPlace>
}

const selectionOf = (context: Context, info: GraphQLResolveInfo, sort: TaskSort) =>
  queryFromInfo({ context, info, typeName: 'Task', paths: NODE_PATHS, select: LISTED_SELECT[sort] }).select

const emptyPage = (sort: TaskSort, page: Page<TaskPlace>) =>
  connectionOf<ListedTask, TaskPlace>([], page, taskCursor(sort), (task) => placeOf(sort, task))

/** A page in an order of columns. What `where` lets through, the viewer may see. */
async function pageOf(
  context: Context,
  info: GraphQLResolveInfo,
  { where, sort, page }: List & { where: Prisma.TaskWhereInput },
) {
  const after = page.after && tasksBeyond(sort, page.after, 'after')
  const before = page.before && tasksBeyond(sort, page.before, 'before')
  const tasks = await context.prisma.task.findMany({
    select: selectionOf(context, info, sort),
    where: { AND: [where, after ?? {}, before ?? {}] },
    orderBy: orderOf(sort, page.backward),
    take: page.limit + 1,
  })
  for (const task of tasks) found(context, task)
  return connectionOf(tasks, page, taskCursor(sort), (task) => placeOf(sort, task))
}

/** A page of those in a circle: first their places, then what is shown of them. */
async function pageNear(
  context: Context,
  info: GraphQLResolveInfo,
  { search, circle, sort, page }: List & { search: TaskSearch; circle: Circle },
) {
  const asked = {
    search,
    patterns: search.words.flatMap(storedFormsOf).map((trace) => `%${literally(trace)}%`),
    circle: { ...circle, chord: chordOf(circle) },
    viewer: { id: context.caller?.id, isStaff: isStaff(context.caller) },
    page: { ...page, limit: page.limit + 1 },
  }
  const isOfOpen = search.statuses.length > 0 && search.statuses.every((status) => status === 'OPEN')
  // The farthest first is no order of an index.
  const places =
    isOfOpen && sort === 'NEAREST' && !page.backward
      ? await readNearestOpenTasks(context.database, asked)
      : await readTasksNear(context.database, { ...asked, sort })
  const tasks = await context.prisma.task.findMany({
    select: selectionOf(context, info, sort),
    where: { id: { in: places.map(({ id }) => id) } },
  })
  const taskById = new Map(tasks.map((task) => [task.id, found(context, task)]))
  const placeById = new Map(places.map((place) => [place.id, place]))
  const ordered = places.flatMap(({ id }) => taskById.get(id) ?? [])
  return connectionOf(ordered, page, taskCursor(sort), (task) => placeById.get(task.id) ?? placeOf(sort, task))
}
