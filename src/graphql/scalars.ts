/** The scalars. Each refuses only what is not of its form; ranges, lengths and known currencies are for the forms. */
import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql'
import {
  GraphQLDateTimeISO,
  GraphQLEmailAddress,
  GraphQLISO8601Duration,
  GraphQLURL,
  RegularExpression,
} from 'graphql-scalars'
import { writeMoment } from '../domain/moment.ts'
import { PLAIN_TEXT } from '../engine/execution/json.ts'
import { builder } from './builder.ts'
import { readCursor, writeCursor } from './cursor.ts'

/** A scalar that is a string on the wire and `Value` inside. */
function textScalar<Value>(options: {
  name: string
  description: string
  read: (text: string) => Value | undefined
  write: (value: Value) => string
}): GraphQLScalarType<Value, string> {
  const read = (input: unknown, nodes?: ValueNode): Value => {
    const value = typeof input === 'string' ? options.read(input) : undefined
    if (value === undefined) throw new GraphQLError(`This is not a ${options.name}.`, nodes && { nodes })
    return value
  }
  return new GraphQLScalarType<Value, string>({
    name: options.name,
    description: options.description,
    serialize: (value) => options.write(value as Value),
    parseValue: (input) => read(input),
    parseLiteral: (node) => read(node.kind === Kind.STRING ? node.value : undefined, node),
  })
}

const plainText = { extensions: { [PLAIN_TEXT]: true } }

const DECIMAL = /^-?\d{1,15}(\.\d{1,6})?$/
const INTEGER = /^-?\d{1,19}$/

/** A scalar of the library, which throws errors of other kinds as well: whatever it throws, the value is not of its form. */
function ofLibrary<Value, Written>(scalar: GraphQLScalarType<Value, Written>): GraphQLScalarType<Value, Written> {
  const refuse = (error: unknown, nodes?: ValueNode): never => {
    if (error instanceof GraphQLError) throw error
    throw new GraphQLError(`This is not a ${scalar.name}.`, nodes && { nodes })
  }
  return new GraphQLScalarType<Value, Written>({
    ...scalar.toConfig(),
    parseValue(input) {
      try {
        return scalar.parseValue(input)
      } catch (error) {
        return refuse(error)
      }
    },
    parseLiteral(node, variables) {
      try {
        return scalar.parseLiteral(node, variables)
      } catch (error) {
        return refuse(error, node)
      }
    },
  })
}

// As the library reads it, but only what can be written: an offset may lead out of the years that have four digits. Written by
// our own function, since Date's takes ten times as long.
const dateTimeScalar = new GraphQLScalarType<Date, string>({
  ...GraphQLDateTimeISO.toConfig(),
  serialize: (value) => {
    const text = value instanceof Date ? writeMoment(value) : undefined
    if (text === undefined) throw new Error('A moment is not of the years 1 to 9999.')
    return text
  },
  parseValue: (input) => writableMoment(GraphQLDateTimeISO.parseValue(input)),
  parseLiteral: (node) => writableMoment(GraphQLDateTimeISO.parseLiteral(node, {}), node),
})

function writableMoment(moment: Date, nodes?: ValueNode): Date {
  if (writeMoment(moment) !== undefined) return moment
  throw new GraphQLError('This is not a moment of the years 1 to 9999.', nodes && { nodes })
}

builder.addScalarType('DateTime', ofLibrary(dateTimeScalar), {
  ...plainText,
  description:
    'A moment of the years 1 to 9999: RFC 3339 in UTC with milliseconds, always with Z, e.g. `2026-03-01T12:00:00.000Z`. Other offsets are taken, too.',
})

builder.addScalarType('Duration', ofLibrary(GraphQLISO8601Duration), {
  description: 'A length of time by ISO 8601, e.g. `PT15M` or `P3D`.',
})

builder.addScalarType('EmailAddress', ofLibrary(GraphQLEmailAddress), {
  description: 'An address for electronic mail, e.g. `anna@example.com`. Upper and lower case are the same.',
})

builder.addScalarType('URL', ofLibrary(GraphQLURL), { description: 'An absolute URL (https://url.spec.whatwg.org/).' })

const bigIntScalar = textScalar({
  name: 'BigInt',
  description: 'A signed integer as a decimal string; never a JSON number, which loses digits past 2^53.',
  read: (text) => (INTEGER.test(text) ? BigInt(text) : undefined),
  write: (value: bigint) => value.toString(),
})
builder.addScalarType('BigInt', bigIntScalar, plainText)

const decimalScalar = textScalar({
  name: 'Decimal',
  description:
    'An exact decimal as a string, at most 15 digits before and 6 after the point, e.g. `"12.50"`. Never a JSON number, which would round it.',
  read: (text) => (DECIMAL.test(text) ? text : undefined),
  write: (value: string) => value,
})
builder.addScalarType('Decimal', decimalScalar, plainText)

builder.addScalarType(
  'CurrencyCode',
  new RegularExpression('CurrencyCode', /^[A-Z]{3}$/, {
    errorMessage: () => 'This is not three capital letters.',
  }),
  {
    ...plainText,
    description:
      'Three capital letters by ISO 4217, e.g. `EUR`. One that this server does not know is a ValidationError.',
  },
)

builder.addScalarType(
  'IdempotencyKey',
  new RegularExpression('IdempotencyKey', /^\P{C}{1,255}$/u, {
    errorMessage: () => 'This is not 1 to 255 printable characters.',
  }),
  {
    description:
      'Chosen by the client, 1 to 255 printable characters; scoped to the caller and the mutation. The same request sent again under the same key gives the first answer again, for good.',
  },
)

const eventCursorScalar = textScalar({
  name: 'EventCursor',
  description: 'An opaque position in the event log, totally ordered. Keep the last one seen and resume after it.',
  read: readCursor,
  write: writeCursor,
})
builder.addScalarType('EventCursor', eventCursorScalar, plainText)
