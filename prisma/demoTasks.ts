/** Tasks in every status that people can bring about, so that a user of the demo can try the next step on each. */
import type { Work } from '../src/jobs/timer.ts'
import { demoActions, euros } from './demoActions.ts'
import type { DemoPeople } from './seed.ts'

/** Creates the tasks through the rules. Returns the chat of the task in progress. */
export async function makeTasks(work: Work, { poster, tasker }: DemoPeople): Promise<{ chatId: string }> {
  const { post, apply, accept, take, fund, submit, approve, review, cancel } = demoActions(work, poster)

  await post({ title: 'Paint the fence', description: 'Still to be measured. White, or nearly.' }, false)
  await post({
    title: 'Walk the dog on weekdays',
    description: 'Rex is old and kind. Half an hour at noon.',
    acceptanceMode: 'FIRST_COME',
    budgetMinor: euros('15.00'),
  })
  const wardrobe = await post({
    title: 'Assemble a wardrobe',
    description: 'Two metres wide, the manual is complete.',
    budgetMinor: euros('60.00'),
  })
  await apply(wardrobe, tasker, 'I have done this one before.')
  const lawn = await post({ title: 'Mow the lawn', description: 'Front and back, 300 square metres.' })
  await apply(lawn, tasker, 'I bring a mower.')
  const tap = await post({ title: 'Fix a dripping tap', description: 'In the kitchen.' })
  await apply(tap, tasker, 'This evening.')
  const awaiting = await post({
    title: 'Clear out the cellar',
    description: 'Four shelves and a bicycle.',
    acceptanceMode: 'FIRST_COME',
  })
  await take(awaiting, tasker)

  const assigned = await post({
    title: 'Translate a rental contract',
    description: 'Six pages, German to English.',
    remote: true,
  })
  const chatId = await accept(await apply(assigned, tasker, 'By Friday.'))
  await fund(assigned)

  const submitted = await post({ title: 'Photograph a flat', description: 'Three rooms, daylight.' })
  await accept(await apply(submitted, tasker, 'Wide-angle lens at hand.'))
  await fund(submitted)
  await submit(submitted, tasker, 'Twenty pictures, the best five first.')

  const completed = await post({
    title: 'Carry a sofa upstairs',
    description: 'Second floor, wide stairs.',
    budgetMinor: euros('80.00'),
  })
  await accept(await apply(completed, tasker, 'Two of us.'))
  await fund(completed)
  await submit(completed, tasker, 'It fits.')
  await approve(completed)
  await review(completed, tasker, 5, 'Clear instructions, and coffee.')

  const reviewed = await post({ title: 'Tune the piano', description: 'An upright one, half a tone too low.' })
  await accept(await apply(reviewed, tasker, 'On Saturday morning.'))
  await fund(reviewed)
  await submit(reviewed, tasker, 'It keeps its tune if the window stays shut.')
  await approve(reviewed)
  await review(reviewed, poster, 5, 'It sounds like new.')
  await review(reviewed, tasker, 4, 'Friendly, but the piano was under a pile of books.')

  await cancel(await post({ title: 'Water the plants', description: 'No longer needed: we stay at home.' }), 'We stay.')
  return { chatId }
}
