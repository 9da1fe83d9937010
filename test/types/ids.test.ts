/** Ids are branded: the compiler keeps public ids, which clients send, apart from UUIDs, which statements take. */
import { expect, test } from 'vitest'
import { complaints } from '../support/compile.ts'

const HEAD = `import type { PublicId } from '../../src/db/ids.ts'
import { fromPublicId, toPublicId } from '../../src/db/ids.ts'
import { lockTask } from '../../src/tasks/lockTask.ts'
declare const tx: Parameters<typeof lockTask>[0]
declare const publicId: PublicId
declare const uuid: string
`

test('a public id passed for a UUID, or a UUID for a public id, does not compile', async () => {
  const errors = await complaints({
    right: `${HEAD}export const ids = [fromPublicId('tsk', publicId), toPublicId('tsk', uuid)]
await lockTask(tx, { taskId: uuid })`,
    publicForUuid: `${HEAD}await lockTask(tx, { taskId: publicId })`,
    publicInStatement: `${HEAD}export const id: string = toPublicId('tsk', uuid)`,
    uuidForPublic: `${HEAD}export const task = fromPublicId('tsk', uuid)`,
  })
  expect(errors.right).toBe('')
  expect(errors.publicForUuid).toContain("Type 'PublicId' is not assignable to type 'string'")
  expect(errors.publicInStatement).toContain("Type 'PublicId' is not assignable to type 'string'")
  expect(errors.uuidForPublic).toContain("Argument of type 'string' is not assignable to parameter of type 'PublicId'")
})
