/** Steps of a story: actions of the model that are chosen at random, in the state in which they are sent. */
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { seededRandom } from '../../support/seededRandom.ts'
import { type Coverage, count, DONE } from './coverage.ts'
import { type Model, VERBS } from './model.ts'
import { isBy, type Verb, wordsOf } from './rules.ts'
import { type Action, ADMIN, FINANCE, MODES, type Mode, PEOPLE, type Person, type Task } from './state.ts'
import type { World } from './world.ts'

/** What a story is like, so that it reaches states that few stories reach. */
export interface Mood {
  /** The verbs that nobody likes, because they would end such states. */
  unliked: readonly Verb[]
  /** The tasker who is first everywhere, and what they do whenever they can. */
  busy: Person
  eager?: Verb
  /** The mode of most tasks. */
  mode: Mode
}

export interface Story {
  world: World
  coverage: Coverage
  mood: Mood
  /** What happened, one line a step. */
  lines: string[]
}

/** The tasks of a story that have not ended early, and all of them. */
const ALIVE_MAX = 6
const TASKS_MAX = 12
const SPANS = [1, 1, 30, 130, 340]
const DEADLINES = [undefined, undefined, 10.5, 200.5]
const BUDGETS = [2000, 101, 100, 999, 3333]
/** The number of actions among which a step chooses. */
const DRAWN = 300
const CHANGES = VERBS.filter((verb) => verb !== 'createTask')
/** The verbs that end or stop lives, so that most steps of a life leave them out. */
const INTERRUPTING =
  /^(createTask|time|cancelTask|suspendUser|withdrawApplication|rejectApplication|openSandboxChargeback)$/
/** The refusals that depend on the caller alone. */
const STATELESS = /^(UNAUTHENTICATED|NOT_FOUND|FORBIDDEN|STALE_VERSION)$/
/** The verbs that may expect a version. */
const VERSIONED = /^(publishTask|cancelTask|withdrawFromTask|requestChanges|approveWork|.*Application)$/

/**
 * Chooses among drawn actions: `LIFE` one that succeeds, so that a life goes on; `RARE` the one whose outcome the seed has met least, of those
 * that depend on the state of a task; `ANY` the first. A verb that the story does not like succeeds in `ANY` only.
 */
type Taste = 'LIFE' | 'RARE' | 'ANY'

/**
 * An action is chosen when the step runs first, by the state of the model, and stays the same when a story that fails shrinks: the steps
 * that are left do what they did.
 */
class Step implements fc.AsyncCommand<Model, Story> {
  readonly #taste: Taste
  readonly #seed: number
  #action: Action | undefined
  #told = ''

  constructor(taste: Taste, seed: number) {
    this.#taste = taste
    this.#seed = seed
  }

  /** False in a shorter story that has lost the task of the step. */
  check({ tasks }: Readonly<Model>): boolean {
    return !this.#action || isWithoutTask(this.#action) || tasks.has(this.#action.task)
  }

  async run(model: Model, story: Story): Promise<void> {
    this.#action ??= choose(this.#taste, seededRandom(this.#seed), model, story)
    const action = this.#action
    const { world, coverage, lines } = story
    const predicted = model.refusal(action)
    this.#told = tell(action, predicted)
    lines.push(this.#told)
    const actual = await world.send(action, model)
    if (actual !== predicted) throw new Error(`predicted ${predicted ?? 'success'}, was ${actual ?? 'success'}`)
    count(coverage, action.verb, actual ?? DONE)
    if (actual !== undefined && actual !== 'PAYMENT_REFUSED') {
      if (await world.hasChanged()) throw new Error(`${actual} changed rows`)
      return
    }
    model.act(action)
    const numbers = looksAround(action) || lines.length % 8 === 0 ? [...model.tasks.keys()] : [action.task]
    const present = PEOPLE.filter((who) => numbers.length > 0 && !model.isSuspended(who))
    await Promise.all([...present.map((who) => compareViews(model, world, who, numbers)), world.hasChanged()])
    // The trail of each task is compared with every view; the ledger is checked when the payments of the step have moved.
    if (action.verb === 'time' && !(await world.ledgerIsSound())) throw new Error('The ledger is not sound.')
  }

  toString(): string {
    return this.#told || this.#taste
  }
}

/** Any step of a story. It does not shrink: a story shrinks by losing steps. */
export const steps = (): fc.Arbitrary<fc.AsyncCommand<Model, Story>>[] => {
  const taste = fc.constantFrom<Taste[]>('LIFE', 'LIFE', 'LIFE', 'LIFE', 'RARE', 'RARE', 'ANY')
  return [fc.noShrink(fc.tuple(taste, fc.nat()).map(([chosen, seed]) => new Step(chosen, seed)))]
}

type Random = () => number

function choose(taste: Taste, random: Random, model: Model, { mood, coverage }: Story): Action {
  const drawn = Array.from({ length: DRAWN }, () => {
    const action = draw(random, model, mood)
    const outcome = model.refusal(action) ?? DONE
    return { action, outcome, timesMet: coverage.get(action.verb)?.get(outcome) ?? 0 }
  })
  const isPatient = random() < 0.85
  const isLiked = ({ verb }: Action) => !mood.unliked.includes(verb) && !(isPatient && INTERRUPTING.test(verb))
  const going = drawn.filter(({ action, outcome }) => outcome === DONE && isLiked(action))
  const verbs = [...new Set(going.map(({ action }) => action.verb))]
  const verb = verbs.length > 0 ? oneOf(verbs, random) : undefined
  const eager = going.find(({ action }) => action.verb === mood.eager && action.who === mood.busy)
  const offer = mood.eager && going.find(({ action }) => action.verb === 'createTask')
  const rarest = (of: typeof drawn) => of.toSorted((one, other) => one.timesMet - other.timesMet)[0]
  const chosen = {
    LIFE: () => eager ?? offer ?? (random() < 0.5 ? rarest(going) : going.find(({ action }) => action.verb === verb)),
    RARE: () =>
      rarest(drawn.filter(({ action, outcome }) => (outcome === DONE ? isLiked(action) : !STATELESS.test(outcome)))),
    ANY: () => drawn[0],
  }[taste]()
  return (chosen ?? drawn[0])?.action ?? draw(random, model, mood)
}

/** Draws an action: in most cases of somebody who may do such a thing, with a task that exists. */
function draw(random: Random, model: Model, { busy, eager, mode }: Mood): Action {
  const numbers = [...model.tasks.keys()]
  const alive = numbers.filter((number) => !/CANCELED|EXPIRED/.test(model.tasks.get(number)?.status ?? ''))
  const mayPost = alive.length < ALIVE_MAX && numbers.length < TASKS_MAX
  const verb = numbers.length === 0 ? 'createTask' : oneOf(mayPost ? VERBS : CHANGES, random)
  const isNew = verb === 'createTask' || random() < 0.03
  const old = alive.length > 0 && random() < 0.9 ? alive : numbers
  const task = isNew ? Math.max(-1, ...numbers) + 1 : oneOf(old, random)
  const it = model.tasks.get(task)
  const applicants = it?.applications.map(({ applicant }) => applicant) ?? []
  const someone = oneOf(applicants.length > 0 && random() < 0.7 ? applicants : PEOPLE, random)
  const [by = ''] = verb === 'createTask' ? [] : wordsOf(verb)
  const may = (one: Action['who']) => it !== undefined && isBy[by]?.(it, { verb, who: one, task, other: someone })
  const able: readonly Action['who'][] =
    by === 'admin' ? [ADMIN] : by === 'staff' ? [FINANCE] : PEOPLE.filter((one) => may(one) && !model.isSuspended(one))
  const present = PEOPLE.filter((one) => !model.isSuspended(one))
  const crowd = present.length > 0 && random() < 0.6 ? present : PEOPLE
  const others = crowd.filter((one) => one !== busy)
  const isBusy = by === 'tasker' && able.includes(busy) && random() < 0.8
  const poster = verb === 'createTask' && others.length > 0 && random() < 0.9 ? oneOf(others, random) : undefined
  const who = isBusy ? busy : (poster ?? oneOf(able.length > 0 && random() < 0.7 ? able : crowd, random))
  // Nobody invites themselves: the input alone shows that it is wrong.
  const isInvitation = verb === 'createTask' || verb === 'updateTask'
  const other =
    isInvitation && someone === who
      ? oneOf(
          PEOPLE.filter((one) => one !== who),
          random,
        )
      : someone
  const usual = verb === 'createTask' && (eager || random() < 0.8) ? { mode } : {}
  return { verb, who, task, other, ...details(verb, it, random), ...usual }
}

function details(verb: Verb, it: Task | undefined, random: Random): Partial<Action> {
  const yes = random() < 0.75
  const expected = oneOf(['CURRENT', 'STALE', undefined, undefined, undefined] as const, random)
  const always = expected ?? 'CURRENT'
  const budget = oneOf(BUDGETS, random)
  const part = (whole = 100) => Math.max(1, Math.floor(whole * random() * 1.2))
  switch (verb) {
    case 'time':
      return { hours: oneOf(SPANS, random) }
    case 'createTask':
      return { amount: budget, mode: oneOf(MODES, random), hours: oneOf(DEADLINES, random), yes }
    case 'updateTask': {
      const changes = [{}, { amount: budget }, { mode: oneOf(MODES, random) }, { hours: oneOf([10.5, 200.5], random) }]
      return { ...oneOf(changes, random), expected: always }
    }
    case 'updateApplication':
      return { amount: oneOf([budget, undefined], random), expected: always }
    case 'applyToTask':
    case 'acceptTask':
      return { expected, amount: oneOf([undefined, it?.budget, budget], random) }
    case 'resolveDispute':
      return { amount: oneOf([0, part(it?.price), it?.price ?? 1], random) }
    case 'refundHold':
      return { amount: part(it?.price ?? it?.budget) }
    case 'reverseTransfer':
      return { amount: oneOf([part(it?.transfer?.net), it?.transfer?.net ?? 1], random), yes }
    case 'fundTask':
      return { expected, yes }
    case 'decideSandboxChargeback':
      return { yes: random() < 0.5 }
    default:
      return VERSIONED.test(verb) ? { expected } : {}
  }
}

function oneOf<Item>(items: readonly Item[], random: Random): Item {
  const item = items[Math.floor(random() * items.length)]
  if (item === undefined && items.length === 0) throw new Error('There is nothing to choose from.')
  return item as Item
}

const isWithoutTask = ({ verb }: Action): boolean => /^(time|createTask|(suspend|restore)User)$/.test(verb)

function tell({ verb, who, ...details }: Action, refusal: string | undefined): string {
  const shown = Object.entries(details).filter(([, value]) => value !== undefined)
  return `${who} ${verb} ${shown.map(([name, value]) => `${name} ${value}`).join(', ')} -> ${refusal ?? DONE}`
}

/** Whether all tasks are compared after an action: time and suspensions change several, and an unfunded acceptance blocks others. */
const looksAround = ({ verb }: Action): boolean => /^(time|acceptTask|(suspend|restore)User)$/.test(verb)

async function compareViews(model: Model, world: World, who: Person, numbers: readonly number[]): Promise<void> {
  const seen = await world.seenBy(who, numbers)
  compare(`the earnings of ${who}`, model.earningsOf(who), seen.earnings)
  for (const [number, view] of seen.tasks) compare(`task ${number} as ${who} sees it`, model.viewOf(number, who), view)
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
