import { AcceptTaskDocument, type Client, CreateTaskDocument } from '../../schema/sdk/index.ts'

/** Makes one person post a task and the other accept it. Returns the id of their chat. */
export async function openChat(poster: Pick<Client, 'send'>, tasker: Pick<Client, 'send'>): Promise<string> {
  const input = {
    title: 'Talk',
    description: 'A task to talk about.',
    budget: { amount: '20.00', currencyCode: 'EUR' },
    acceptanceMode: 'FIRST_COME',
    publish: true,
  } as const
  const { createTask } = await poster.send(CreateTaskDocument, { input })
  if (createTask.__typename !== 'TaskPayload') throw new Error(JSON.stringify(createTask))
  const { acceptTask } = await tasker.send(AcceptTaskDocument, { input: { taskId: createTask.task.id } })
  if (acceptTask.__typename !== 'AcceptTaskPayload') throw new Error(JSON.stringify(acceptTask))
  return acceptTask.chat.id
}
