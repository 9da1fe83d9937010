/** Lists of tasks: the public search, and the viewer's own tasks. */
import { queryFromInfo } from '@pothos/plugin-prisma'
import type { GraphQLResolveInfo } from 'graphql'
import { ViewerType } from '../accounts/accounts.graphql.ts'
import type { Prisma } from '../db/generated/client.ts'
import { TaskStatus } from '../db/generated/enums.ts'
import { inStatuses } from '../db/queryHints.ts'
import { escapeLike, storedFormsOf } from '../domain/searchText.ts'
import { builder } from '../graphql/builder.ts'
import type { Context } from '../graphql/context.ts'
import { connectionOf, NODE_PATHS, type Page, readPage } from '../graphql/pagination.ts'
import { isStaff } from '../visibility/staffRights.ts'
import { markFound } from '../visibility/taskVisibility.ts'
import { readNearestOpenTasks } from './nearestOpenTasks.sql.ts'
import { readCircle, readSearch, TaskFilterInput, TaskSortEnum, taskCursor } from './taskFilter.graphql.ts'
import {
  type Circle,
  chordOf,
  LISTED_SELECT,
  type ListedTask,
  orderOf,
  searchedTasks,
  sortKeyOf,
  type TaskSearch,
  type TaskSort,
  type TaskSortKey,
  tasksBeyond,
} from './taskSearch.ts'
import { TaskStatusEnum, TaskType } from './tasks.graphql.ts'
import { readTasksNear } from './tasksNear.sql.ts'

const TaskConnection = builder.connectionObject(
  { type: TaskType, name: 'TaskConnection', description: 'A page of tasks.' },
  { description: 'A task and its cursor.' },
)

const TaskSideEnum = builder.enumType('TaskSide', {
  description: 'The two sides of a task.',
  values: {
    POSTER: { description: 'The person who posted the task.' },
    TASKER: { description: 'The person who was accepted for the task.' },
  },
})

// Plain connections. Those of plugin-prisma use a row as cursor: the position is lost if the row no longer matches, and the cursor has no
// sort column but its key.
builder.queryField('tasks', (t) =>
  t.connection(
    {
      type: TaskType,
      description: 'The tasks that the viewer may see. Without a status in the filter, only OPEN ones.',
      args: {
        filter: t.arg({ type: TaskFilterInput, description: 'The filter.' }),
        sort: t.arg({ type: TaskSortEnum, defaultValue: 'NEWEST', description: 'The order.' }),
      },
      resolve: (_root, { filter, sort: sortArgument, ...pageArguments }, context, info) => {
        const sort = sortArgument ?? 'NEWEST'
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
      description: 'The tasks that the viewer posted, or for which they are the tasker, newest first.',
      args: {
        as: t.arg({ type: TaskSideEnum, required: true, description: 'The side of the viewer.' }),
        status: t.arg({ type: [TaskStatusEnum], description: 'Only tasks in one of these statuses.' }),
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
  page: Page<TaskSortKey>
}

const selectionOf = (context: Context, info: GraphQLResolveInfo, sort: TaskSort) =>
  queryFromInfo({ context, info, typeName: 'Task', paths: NODE_PATHS, select: LISTED_SELECT[sort] }).select

const emptyPage = (sort: TaskSort, page: Page<TaskSortKey>) =>
  connectionOf<ListedTask, TaskSortKey>([], page, taskCursor(sort), (task) => sortKeyOf(sort, task))

/** A page sorted by columns. `where` must select only tasks that the viewer may see. */
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
  for (const task of tasks) markFound(context, task)
  return connectionOf(tasks, page, taskCursor(sort), (task) => sortKeyOf(sort, task))
}

/** A page of the tasks in a circle: reads their sort keys first, then their selected fields. */
async function pageNear(
  context: Context,
  info: GraphQLResolveInfo,
  { search, circle, sort, page }: List & { search: TaskSearch; circle: Circle },
) {
  const nearSearch = {
    search,
    patterns: search.words.flatMap(storedFormsOf).map((form) => `%${escapeLike(form)}%`),
    circle: { ...circle, chord: chordOf(circle) },
    viewer: { id: context.caller?.id, isStaff: isStaff(context.caller) },
    page: { ...page, limit: page.limit + 1 },
  }
  const isOpenOnly = search.statuses.length > 0 && search.statuses.every((status) => status === 'OPEN')
  // The index has no order of farthest first.
  const sortKeys =
    isOpenOnly && sort === 'NEAREST' && !page.backward
      ? await readNearestOpenTasks(context.database, nearSearch)
      : await readTasksNear(context.database, { ...nearSearch, sort })
  const tasks = await context.prisma.task.findMany({
    select: selectionOf(context, info, sort),
    where: { id: { in: sortKeys.map(({ id }) => id) } },
  })
  const taskById = new Map(tasks.map((task) => [task.id, markFound(context, task)]))
  const sortKeyById = new Map(sortKeys.map((sortKey) => [sortKey.id, sortKey]))
  const ordered = sortKeys.flatMap(({ id }) => taskById.get(id) ?? [])
  return connectionOf(ordered, page, taskCursor(sort), (task) => sortKeyById.get(task.id) ?? sortKeyOf(sort, task))
}
