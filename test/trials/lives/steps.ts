/** Steps of a story: an action of the model, chosen at random and aimed at the state in which it is sent. */
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { type Model, VERBS } from './model.ts'
import { type Action, applicationOf, MODES, PEOPLE, type Person, type Verb } from './state.ts'
import type { World } from './world.ts'

/** Counts the outcomes of each verb: `done` or the code of a refusal. */
export type Coverage = Map<Verb, Map<string, number>>

export interface Story {
  world: World
  coverage: Coverage
  /** What happened, one line a step. */
  lines: string[]
}

/** Numbers that choose the details of a step. `aim` 0 has the verb's caller and task chosen so that it succeeds, where possible. */
interface Choice {
  /** Null: any verb with which the life of a task goes on. */
  verb: Verb | null
  aim: number
  pick: number
  size: number
  detail: number
}

const TASKS_MAX = 5
const SPANS = [0, 0, 1, 30, 130, 340]
const DEADLINES = [undefined, 10.5, 50.5, 200.5]
const BUDGETS = [2000, 101, 100, 999, 3333]

type Details = Omit<Choice, 'verb'>
/** The outcome of a step that is not refused. */
export const DONE = 'done'
/** An `aim` that takes any caller and task. */
const AT_RANDOM = 3
/** The verbs with which a life goes on. Time is not among them, because most lives would end by it. */
const GOING_ON = VERBS.filter(
  (verb) => !/^(time|createTask|updateTask|cancelTask|(reject|withdraw)Application)$/.test(verb),
)

class Step implements fc.AsyncCommand<Model, Story> {
  readonly #choice: Choice
  #told = ''

  constructor(choice: Choice) {
    this.#choice = choice
  }

  check(model: Readonly<Model>): boolean {
    const { verb, aim } = this.#choice
    if (verb === 'createTask') return model.tasks.length < TASKS_MAX
    return verb === null || model.tasks.length > 0 || aim === AT_RANDOM
  }

  async run(model: Model, { world, coverage, lines }: Story): Promise<void> {
    const action = aimed(this.#choice, model)
    const predicted = model.refusal(action)
    this.#told = tell(action, predicted)
    lines.push(this.#told)
    const actual = await world.send(action)
    if (actual !== predicted) throw new Error(`predicted ${predicted ?? 'success'}, was ${actual ?? 'success'}`)
    count(coverage, action.verb, actual ?? DONE)
    if (actual !== undefined && actual !== 'PAYMENT_REFUSED') {
      if (await world.hasChanged()) throw new Error(`${actual} changed rows`)
      return
    }
    model.act(action)
    await Promise.all([
      ...PEOPLE.map((who) => compareViews(model, world, who)),
      world.hasChanged(),
      ledgerIsSound(world),
    ])
  }

  toString(): string {
    return this.#told || (this.#choice.verb ?? 'a life goes on')
  }
}

/** Half of the steps go on with a life; of the others, each has a certain verb, and time passes more often. */
export const steps = (): fc.Arbitrary<fc.AsyncCommand<Model, Story>>[] =>
  [...VERBS, 'time' as const, 'time' as const, ...VERBS.map(() => null)].map((verb) =>
    fc
      .record({
        verb: fc.constant(verb),
        aim: fc.nat(AT_RANDOM),
        pick: fc.nat(99_999),
        size: fc.nat(100),
        detail: fc.nat(11),
      })
      .map((choice) => new Step(choice)),
  )

/**
 * Aims a step at the state: it succeeds if any caller and task allow it. If none does, or the step is meant to be at random, each
 * outcome that is possible now is equally likely, so that rare refusals are tried as often as common ones.
 */
function aimed({ verb, ...choice }: Choice, model: Model): Action {
  const verbs = verb === null ? nextVerbs(choice, model) : [verb]
  const outcomes = byOutcome(oneOf(verbs, choice.pick), choice, model)
  const fitting = choice.aim === AT_RANDOM ? undefined : outcomes.get(DONE)
  return oneOf(fitting ?? oneOf([...outcomes.values()], choice.pick / 20), choice.pick / 100)
}

function nextVerbs(choice: Details, model: Model): readonly Verb[] {
  const verbs = GOING_ON.filter((verb) => byOutcome(verb, choice, model).has(DONE))
  return verbs.length > 0 ? verbs : ['createTask']
}

function oneOf<Item>(items: readonly Item[], pick: number): Item {
  const item = items[Math.floor(pick) % items.length]
  if (item === undefined) throw new Error('There is nothing to choose from.')
  return item
}

/** All actions of a verb with these details, by their predicted outcome. */
function byOutcome(verb: Verb, choice: Details, model: Model): Map<string, Action[]> {
  const outcomes = new Map<string, Action[]>()
  const tasks = verb === 'time' ? [0] : [...model.tasks.keys(), model.tasks.length]
  for (const task of tasks) {
    for (const who of verb === 'time' ? PEOPLE.slice(0, 1) : PEOPLE) {
      for (const other of concerns(verb, who)) {
        const action = detailed({ verb, who, task, other }, choice, model)
        const outcome = model.refusal(action) ?? DONE
        outcomes.set(outcome, [...(outcomes.get(outcome) ?? []), action])
      }
    }
  }
  return outcomes
}

/** Whom an action may be about: the applicant of the application, or the invitee. */
function concerns(verb: Verb, who: Person): readonly Person[] {
  if (verb.endsWith('Application')) return PEOPLE
  return verb === 'createTask' || verb === 'updateTask' ? PEOPLE.filter((one) => one !== who) : [who]
}

function detailed(action: Action, { size, detail }: Details, model: Model): Action {
  const { verb, task, other } = action
  const it = model.tasks[task]
  const part = (whole = 100) => Math.max(1, Math.floor((whole * size) / 80))
  const stale = detail === 11 ? 1 : 0
  const expected = it && (detail > 9 ? it.version - stale : undefined)
  const application = it && applicationOf(it, other)
  const budget = BUDGETS[size % BUDGETS.length]
  switch (verb) {
    case 'time':
      return { ...action, hours: SPANS[size % SPANS.length] }
    case 'createTask':
      return { ...action, amount: budget, mode: MODES[detail % 3], hours: DEADLINES[detail % 4], yes: size % 4 > 0 }
    case 'updateTask': {
      const change = [{}, { amount: budget }, { mode: MODES[size % 3] }, { hours: DEADLINES[1 + (size % 3)] }][
        detail % 4
      ]
      return { ...action, ...change, expected: (it?.version ?? 1) - stale }
    }
    case 'updateApplication':
      return { ...action, amount: detail % 2 ? budget : undefined, expected: (it?.version ?? 1) - stale }
    case 'withdrawApplication':
    case 'rejectApplication':
    case 'acceptApplication':
      return { ...action, expected: application && expected && application.version - stale }
    case 'applyToTask':
    case 'acceptTask':
      return { ...action, expected, amount: detail % 3 ? (detail % 3 === 1 ? it?.budget : budget) : undefined }
    case 'fundTask':
      return { ...action, expected, yes: detail % 4 > 0 }
    case 'resolveDispute':
      return { ...action, amount: size < 10 ? 0 : part(it?.price) }
    case 'refundHold':
      return { ...action, amount: part(it?.price ?? it?.budget) }
    case 'reverseTransfer':
      return { ...action, amount: part(it?.transfer?.net), yes: detail % 2 > 0 }
    case 'submitWork':
    case 'openDispute':
    case 'reviewTask':
    case 'withdrawDispute':
      return action
    default:
      return { ...action, expected }
  }
}

function tell({ verb, who, ...details }: Action, refusal: string | undefined): string {
  const shown = Object.entries(details).filter(([, value]) => value !== undefined)
  return `${who} ${verb} ${shown.map(([name, value]) => `${name} ${value}`).join(', ')} -> ${refusal ?? 'done'}`
}

async function compareViews(model: Model, world: World, who: Person): Promise<void> {
  const seen = await world.seenBy(who)
  compare(`the earnings of ${who}`, model.earningsOf(who), seen.earnings)
  for (const [number, view] of seen.tasks.entries()) {
    compare(`task ${number} as ${who} sees it`, model.viewOf(number, who), view)
  }
}

async function ledgerIsSound(world: World): Promise<void> {
  if (!(await world.ledgerIsSound())) throw new Error('The ledger is not sound.')
}

function compare(what: string, predicted: unknown, actual: unknown): void {
  if (isDeepStrictEqual(predicted, actual)) return
  throw new Error(`${what}: ${differences(predicted, actual).join('; ')}`)
}

function differences(predicted: unknown, actual: unknown, path = ''): string[] {
  if (isDeepStrictEqual(predicted, actual)) return []
  const [one, other] = [predicted, actual] as Record<string, unknown>[]
  if (!one || !other || typeof one !== 'object' || typeof other !== 'object') {
    return [`${path} predicted ${JSON.stringify(predicted)}, was ${JSON.stringify(actual)}`]
  }
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].flatMap((name) =>
    differences(one[name], other[name], `${path}.${name}`),
  )
}

function count(coverage: Coverage, verb: Verb, outcome: string): void {
  const outcomes = coverage.get(verb) ?? new Map<string, number>()
  coverage.set(verb, outcomes)
  outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
}
