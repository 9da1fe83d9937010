/** A schema whose fields return their arguments, with every kind of input and every kind of result. */
import { buildSchema, type GraphQLSchema, isObjectType } from 'graphql'

const FIELDS = `
  plain: String
  steady: String!
  fails: String
  failsSure: String!
  echo(
    flag: Boolean, sure: Boolean! = true, count: Int = 3, least: Int! = 4, color: Color = RED, colors: [Color!] = [RED, BLUE],
    grid: [[Int!]!], words: [String], point: Point, points: [Point!]! = [{ x: 1 }], choice: Choice
  ): String
  echoNeeds(sure: Boolean!, least: Int!, point: Point!, colors: [Color!]!): String
  echoSure(sure: Boolean!, least: Int! = 4): String!
  box(least: Int! = 4, point: Point): Box
  boxSure(least: Int! = 4, point: Point): Box!
  boxes(count: Int = 2, least: Int! = 1): [Box]
  boxesSure(count: Int = 2, least: Int! = 1): [Box!]!
  later(least: Int! = 4): Box
  laterSure(least: Int! = 4): Box!
  thing(least: Int! = 4): Thing
  any(least: Int! = 4): Any!`

const SDL = /* GraphQL */ `
  enum Color { RED GREEN BLUE }
  input Point {
    x: Int!
    y: Int = 5
    weight: Float! = 1.5
    sure: Boolean
    color: Color = GREEN
    labels: [String!]
    next: Point
    points: [Point!] = []
    choice: Choice
  }
  input Choice @oneOf { word: String point: Point numbers: [Int] }
  interface Thing { ${FIELDS} }
  type Box implements Thing { ${FIELDS} }
  type Bag implements Thing { ${FIELDS} }
  union Any = Box | Bag
  type Query { ${FIELDS} }
  type Mutation { ${FIELDS} }
`

const promised = <Value>(value: Value) => Promise.resolve(value)
const fail = () => {
  throw new Error('The resolver fails.')
}
const many = (_source: unknown, { count }: { count?: number | null }) =>
  Array.from({ length: count ?? 1 }, (_, index) => (index % 2 === 0 ? {} : promised({})))
const isEven = ({ least }: { least: number }) => least % 2 === 0

const RESOLVERS: Record<string, (source: unknown, args: never) => unknown> = {
  plain: () => 'plain',
  steady: () => promised('steady'),
  fails: fail,
  failsSure: () => promised(null).then(fail),
  echo: (_source, args) => JSON.stringify(args),
  echoNeeds: (_source, args) => promised(JSON.stringify(args)),
  echoSure: (_source, args) => JSON.stringify(args),
  box: () => ({}),
  boxSure: () => ({}),
  boxes: many,
  boxesSure: many,
  later: () => promised({}),
  laterSure: () => promised({}),
  thing: (_source, args) => ({ __typename: isEven(args) ? 'Box' : 'Bag' }),
  any: (_source, args) => promised({ __typename: isEven(args) ? 'Bag' : 'Box' }),
}

export function echoingSchema(): GraphQLSchema {
  const schema = buildSchema(SDL)
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue
    for (const field of Object.values(type.getFields())) Object.assign(field, { resolve: RESOLVERS[field.name] })
  }
  return schema
}
