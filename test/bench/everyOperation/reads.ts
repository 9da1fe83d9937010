/** Reads of the whole world: 200,000 tasks and a million messages. */
import {
  ApiInfoDocument,
  CategoriesDocument,
  ChatDocument,
  EventsDocument,
  MyApplicationsDocument,
  MyChatsDocument,
  MyTasksDocument,
  NodeDocument,
  SandboxDocument,
  TaskDocument,
  TaskHistoryDocument,
  TasksDocument,
  type TasksQueryVariables,
} from '../../../schema/sdk/index.ts'
import { toPublicId } from '../../support/publicIds.ts'
import { inTurn, type Person, type Play, type Stage, type Step, step } from './steps.ts'
import type { Story } from './tasks.ts'

const WORDS = ['wardrobe', 'dog', 'fence', 'letter', 'piano']

interface Talk {
  by: Person
  taskId: string
  chatId: string
}

/** Lists, details, chats and events. A poster's tasks have twenty applications and a chat of forty messages each. */
export function readsPlay({ ground, requests, posters, taskers }: Stage, stories: readonly Story[]): Play {
  const talks: Talk[] = []
  const poster = (index: number) => inTurn(posters, index)
  const tasksBy = (variant: string, variables: (index: number) => TasksQueryVariables): Step =>
    step(TasksDocument, requests, (index) => ({ by: poster(index), variables: variables(index) }), variant)
  return [
    async () => {
      const { rows } = await ground.client.query<{ poster: number; id: string; chat_id: string }>(
        `select distinct on (poster) poster, id, chat_id
        from bench_tasks
        where discussed
          and poster <= $1
        order by poster, n desc`,
        [posters.length],
      )
      for (const { poster: number, id, chat_id } of rows) {
        talks.push({
          by: inTurn(posters, number - 1),
          taskId: toPublicId('tsk', id),
          chatId: toPublicId('tch', chat_id),
        })
      }
    },
    tasksBy('newest', () => ({ first: 20 })),
    tasksBy('a word', (index) => ({ first: 20, filter: { text: inTurn(WORDS, index) } })),
    tasksBy('a rare word', (index) => ({ first: 20, filter: { text: `no. ${150_001 + index}` } })),
    tasksBy('cheapest', () => ({
      first: 20,
      sort: 'BUDGET_LOW',
      filter: { budget: { currencyCode: 'EUR', min: '50.00' } },
    })),
    step(TaskDocument, requests, (index) => {
      const { by, taskId } = inTurn(talks, index)
      return { by, variables: { id: taskId } }
    }),
    step(NodeDocument, requests, (index) => {
      const { by, taskId } = inTurn(talks, index)
      return { by, variables: { id: taskId } }
    }),
    step(CategoriesDocument, requests, () => ({ variables: {} })),
    step(ApiInfoDocument, requests, () => ({ variables: {} })),
    step(SandboxDocument, requests, (index) => ({ by: poster(index), variables: {} })),
    step(MyTasksDocument, requests, (index) => ({
      by: poster(index),
      variables: { as: 'POSTER' as const, first: 20 },
    })),
    step(MyApplicationsDocument, requests, (index) => ({ by: inTurn(taskers, index), variables: { first: 20 } })),
    step(MyChatsDocument, requests, (index) => ({ by: poster(index), variables: { first: 20 } })),
    step(ChatDocument, requests, (index) => {
      const { by, chatId } = inTurn(talks, index)
      return { by, variables: { id: chatId } }
    }),
    step(TaskHistoryDocument, requests, (index) => {
      const { poster: by, taskId } = inTurn(stories, index)
      return { by, variables: { taskId, first: 20 } }
    }),
    step(EventsDocument, requests, (index) => ({ by: poster(index), variables: { after: 'ec_0', first: 20 } })),
  ]
}
