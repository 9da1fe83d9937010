import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startApp, type TestApp } from '../support/app.ts'
import { happen } from '../support/happenings.ts'
import { type Person, person } from '../support/people.ts'
import { taskRow } from '../support/rows.ts'
import { type StreamAnswer, Subscription } from '../support/streams.ts'

const ITEM = /* GraphQL */ `
  fragment Item on StreamItem {
    __typename
    ... on Event { id cursor type occurredAt actor { ... on User { id displayName } ... on System { name } } }
    ... on TaskEvent { task { id title } reason taskStatusBefore taskStatusAfter }
    ... on Heartbeat { latest at }
    ... on ResyncRequired { oldest latest }
  }
`
const EVENTS = `subscription ($after: EventCursor, $filter: EventFilter) { events(after: $after, filter: $filter) { ...Item } } ${ITEM}`
const TASK = `subscription ($id: ID!, $after: EventCursor) { task(id: $id, after: $after) { ...Item } } ${ITEM}`

let app: TestApp
let url: string
let anna: Person
let ben: Person
let task: Awaited<ReturnType<typeof taskRow>>

beforeAll(async () => {
  app = await startApp()
  url = await app.listen()
})
afterAll(async () => {
  await app.stop()
})
beforeEach(async () => {
  anna = await person(app, 'Anna')
  ben = await person(app, 'Ben')
  task = await taskRow(app, { poster: anna })
})

const itemOf = (answer: StreamAnswer | undefined, field = 'events') => {
  expect(answer?.errors).toBeUndefined()
  return answer?.data?.[field]
}

test('a subscriber gets what concerns them, and nothing else, as it happens', async () => {
  const stream = await Subscription.open(url, ben.accessToken, EVENTS)
  await happen(app, { task, by: anna, concerns: [anna] })
  await happen(app, { task, by: anna, concerns: [anna, ben], reason: 'for Ben' })
  expect(itemOf(await stream.next())).toMatchObject({
    __typename: 'TaskEvent',
    type: 'task.updated',
    reason: 'for Ben',
    actor: { id: anna.id, displayName: 'Anna' },
    task: { id: task.id, title: 'Paint the fence' },
  })
  stream.close()
})
