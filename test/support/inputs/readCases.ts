/** Random arguments of Prisma's reads over the real data model, for which the reader and Prisma must return the same. */
import fc from 'fast-check'
import { type Column, type Model, models, type Relation } from '../../../src/engine/reader/dataModel.ts'

export interface ReadCase {
  model: string
  read: Record<string, unknown>
}

/** The values that exist in the test world, by model and column. */
export type Values = ReadonlyMap<string, ReadonlyMap<string, readonly unknown[]>>

type Part = fc.Arbitrary<Record<string, unknown>>

const TAKE_MAX = 6
const PIECES = ['fence', 'ÜB', '%', '_', 'Person 1', 'e', '']

/** Lists of every model. */
export class ReadCases {
  readonly #values: Values

  constructor(values: Values) {
    this.#values = values
  }

  any(): fc.Arbitrary<ReadCase> {
    return fc
      .constantFrom(...models.values())
      .chain((model) => this.#read(model, 2).map((read) => ({ model: model.name, read })))
  }

  /** Lists from a cursor on. */
  withCursor(): fc.Arbitrary<ReadCase> {
    const ofOneId = [...models.values()].filter(
      (model) => model.columns.get('id')?.id && this.#of(model, 'id').length > 0,
    )
    return fc.constantFrom(...ofOneId).chain((model) =>
      fc
        .record({
          where: this.#where(model, 1),
          cursor: fc.constantFrom(...this.#of(model, 'id')).map((id) => ({ id })),
          take: fc.integer({ min: -TAKE_MAX, max: TAKE_MAX }),
          skip: fc.integer({ min: 0, max: 2 }),
          orderBy: fc.constantFrom([{ id: 'asc' }], [{ id: 'desc' }], undefined),
          select: fc.constant({ id: true }),
        })
        .filter(({ cursor }) => cursor.id !== undefined)
        .map((read) => ({ model: model.name, read })),
    )
  }

  #of(model: Model, column: string): readonly unknown[] {
    return this.#values.get(model.name)?.get(column) ?? []
  }

  #read(model: Model, depth: number): Part {
    const shape = fc.oneof({ weight: 4, arbitrary: this.#select(model, depth) }, this.#include(model, depth))
    return fc.tuple(this.#limits(model, depth), shape).map(([limits, selection]) => ({ ...limits, ...selection }))
  }

  #limits(model: Model, depth: number): Part {
    return fc
      .record({
        where: fc.option(this.#where(model, depth), { nil: undefined }),
        orderBy: this.#order(model),
        take: fc.option(fc.integer({ min: -TAKE_MAX, max: TAKE_MAX }), { nil: undefined }),
        skip: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
      })
      .map(withoutUndefined)
  }

  // The order ends with a unique column; otherwise there would be several correct results.
  #order(model: Model): fc.Arbitrary<unknown[]> {
    const sortable = [...model.columns.values()].filter(
      ({ list, type }) => !list && type !== 'Json' && type !== 'Bytes',
    )
    const direction = fc.constantFrom('asc', 'desc')
    const term = fc
      .constantFrom(...sortable)
      .chain((column) =>
        fc
          .oneof(
            direction,
            column.required ? direction : fc.record({ sort: direction, nulls: fc.constantFrom('first', 'last') }),
          )
          .map((sort) => ({ [column.name]: sort })),
      )
    const unique = [...model.columns.values()].find(({ id }) => id)
    const [compound] = model.compoundUniques.values()
    // Rows of a view that are equal in all columns may have any order.
    const last = (unique ? [unique.name] : (compound ?? [...model.columns.keys()])).map((name) =>
      direction.map((sort) => ({ [name]: sort })),
    )
    return fc.tuple(fc.array(term, { maxLength: 2 }), fc.tuple(...last)).map(([first, end]) => [...first, ...end])
  }

  #select(model: Model, depth: number): Part {
    const columns = few([...model.columns.keys()], 1, 5)
    return fc.tuple(columns, this.#related(model, depth), this.#counts(model)).map(([names, related, counts]) => ({
      select: { ...Object.fromEntries(names.map((name) => [name, true])), ...related, ...counts },
    }))
  }

  #include(model: Model, depth: number): Part {
    return fc.tuple(this.#related(model, depth), this.#counts(model)).map(([related, counts]) => {
      const include = { ...related, ...counts }
      return Object.keys(include).length > 0 ? { include } : {}
    })
  }

  #related(model: Model, depth: number): Part {
    if (depth === 0 || model.relations.size === 0) return fc.constant({})
    return few([...model.relations.values()], 0, 2).chain((relations) =>
      fc.record(
        Object.fromEntries(
          relations.map(({ name, list, target }) => [
            name,
            list ? this.#read(target, depth - 1) : fc.oneof(fc.constant(true), this.#select(target, depth - 1)),
          ]),
        ),
      ),
    )
  }

  #counts(model: Model): Part {
    const lists = [...model.relations.values()].filter(({ list }) => list)
    if (lists.length === 0) return fc.constant({})
    const counted = few(lists, 1, 2).chain((relations) =>
      fc.record(
        Object.fromEntries(
          relations.map(({ name, target }) => [
            name,
            fc.oneof(
              fc.constant(true),
              this.#where(target, 1).map((where) => ({ where })),
            ),
          ]),
        ),
      ),
    )
    const some = counted.map((select) => ({ _count: { select } }))
    return fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: some })
  }

  #where(model: Model, depth: number): Part {
    const columns = [...model.columns.values()].filter(({ type }) => type !== 'Json')
    const ofColumn = fc
      .constantFrom(...columns)
      .chain((column) => this.#filter(model, column).map((filter) => ({ [column.name]: filter })))
    if (depth === 0) return ofColumn
    const inner = () => this.#where(model, depth - 1)
    const choices: fc.WeightedArbitrary<Record<string, unknown>>[] = [
      { weight: 4, arbitrary: ofColumn },
      { weight: 1, arbitrary: fc.array(inner(), { maxLength: 3 }).map((OR) => ({ OR })) },
      { weight: 1, arbitrary: fc.array(inner(), { minLength: 1, maxLength: 3 }).map((AND) => ({ AND })) },
      { weight: 1, arbitrary: fc.tuple(ofColumn, inner()).map(([filter, NOT]) => ({ ...filter, NOT })) },
    ]
    const relations = [...model.relations.values()]
    if (relations.length > 0) {
      const ofRelation = fc
        .constantFrom(...relations)
        .chain((relation) => this.#quantified(relation, depth - 1).map((filter) => ({ [relation.name]: filter })))
      choices.push({ weight: 3, arbitrary: ofRelation })
    }
    return fc.oneof(...choices)
  }

  #quantified({ list, target }: Relation, depth: number): fc.Arbitrary<unknown> {
    const where = this.#where(target, depth)
    const quantifiers = list ? ['some', 'none', 'every'] : ['is', 'isNot']
    const quantified = fc
      .tuple(fc.constantFrom(...quantifiers), where)
      .map(([name, condition]) => ({ [name]: condition }))
    return list ? quantified : fc.oneof(quantified, where)
  }

  #filter(model: Model, column: Column): fc.Arbitrary<unknown> {
    const known = this.#of(model, column.name).filter((value) => value !== null)
    if (column.list) return this.#listFilter(known.flat())
    if (known.length === 0) return fc.constant(column.required ? {} : null)
    const value = fc.constantFrom(...known)
    const filters: fc.Arbitrary<unknown>[] = [
      value,
      fc.record({ equals: value }),
      fc.record({ not: value }),
      fc.record({ in: fc.array(value, { maxLength: 3 }) }),
      fc.record({ notIn: fc.array(value, { maxLength: 3 }) }),
      fc.record({ not: fc.record({ in: fc.array(value, { maxLength: 2 }) }) }),
    ]
    if (!column.required) filters.push(fc.constant(null), fc.constant({ not: null }), fc.constant({ equals: null }))
    if (!column.enumValues && column.type !== 'Boolean' && column.type !== 'Bytes') {
      const comparison = fc.constantFrom('lt', 'lte', 'gt', 'gte')
      filters.push(fc.tuple(comparison, value).map(([name, bound]) => ({ [name]: bound })))
    }
    if (column.sqlType === 'text') filters.push(this.#textFilter())
    return column.type === 'Boolean' ? fc.oneof(value, fc.record({ not: value })) : fc.oneof(...filters)
  }

  #textFilter(): fc.Arbitrary<unknown> {
    return fc
      .tuple(
        fc.constantFrom('contains', 'startsWith', 'endsWith', 'equals'),
        fc.constantFrom(...PIECES),
        fc.constantFrom(undefined, 'insensitive'),
      )
      .map(([name, piece, mode]) => withoutUndefined({ [name]: piece, mode }))
  }

  #listFilter(items: readonly unknown[]): fc.Arbitrary<unknown> {
    // No row of the world has an entry.
    if (items.length === 0) return fc.record({ isEmpty: fc.boolean() })
    const item = fc.constantFrom(...items)
    const some = fc.array(item, { minLength: 1, maxLength: 2 })
    return fc.oneof(
      fc.record({ has: item }),
      fc.record({ hasSome: some }),
      fc.record({ hasEvery: some }),
      fc.record({ isEmpty: fc.boolean() }),
    )
  }
}

const few = <Item>(items: Item[], minLength: number, maxLength: number): fc.Arbitrary<Item[]> =>
  fc.subarray(items, { minLength, maxLength: Math.min(maxLength, items.length) })

const withoutUndefined = (record: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined))
