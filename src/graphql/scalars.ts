/** The scalars. Each checks only the format; input schemas check ranges, lengths and supported currencies. */
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

/** A scalar that is a string on the wire, and a `Value` in resolvers. */
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

/** Wraps a scalar of the library, which also throws errors that are not GraphQLErrors: all of them mean an invalid value. */
function fromLibrary<Value, Written>(scalar: GraphQLScalarType<Value, Written>): GraphQLScalarType<Value, Written> {
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

// Parsed by the library, but limited to years with four digits, which an offset may leave. Serialized by our own function,
// because Date.toISOString takes ten times as long.
const dateTimeScalar = new GraphQLScalarType<Date, string>({
  ...GraphQLDateTimeISO.toConfig(),
  serialize: (value) => {
    const text = value instanceof Date ? writeMoment(value) : undefined
    if (text === undefined) throw new Error('A DateTime is not within the years 1 to 9999.')
    return text
  },
  parseValue: (input) => writableMoment(GraphQLDateTimeISO.parseValue(input)),
  parseLiteral: (node) => writableMoment(GraphQLDateTimeISO.parseLiteral(node, {}), node),
})

function writableMoment(moment: Date, nodes?: ValueNode): Date {
  if (writeMoment(moment) !== undefined) return moment
  throw new GraphQLError('This is not a DateTime within the years 1 to 9999.', nodes && { nodes })
}

builder.addScalarType('DateTime', fromLibrary(dateTimeScalar), {
  ...plainText,
  description:
    'A point in time within the years 1 to 9999: RFC 3339 in UTC with milliseconds and Z, e.g. `2026-03-01T12:00:00.000Z`. Inputs may have another offset.',
})

builder.addScalarType('Duration', fromLibrary(GraphQLISO8601Duration), {
  description: 'An ISO 8601 duration, e.g. `PT15M` or `P3D`.',
})

builder.addScalarType('EmailAddress', fromLibrary(GraphQLEmailAddress), {
  description: 'An e-mail address, e.g. `anna@example.com`. Not case-sensitive.',
})

builder.addScalarType('URL', fromLibrary(GraphQLURL), {
  description: 'An absolute URL (https://url.spec.whatwg.org/).',
})

const bigIntScalar = textScalar({
  name: 'BigInt',
  description: 'A signed integer as a decimal string. Not a JSON number, which loses digits beyond 2^53.',
  read: (text) => (INTEGER.test(text) ? BigInt(text) : undefined),
  write: (value: bigint) => value.toString(),
})
builder.addScalarType('BigInt', bigIntScalar, plainText)

const decimalScalar = textScalar({
  name: 'Decimal',
  description:
    'An exact decimal as a string, with at most 15 digits before and 6 after the point, e.g. `"12.50"`. Not a JSON number, which would be rounded.',
  read: (text) => (DECIMAL.test(text) ? text : undefined),
  write: (value: string) => value,
})
builder.addScalarType('Decimal', decimalScalar, plainText)

builder.addScalarType(
  'CurrencyCode',
  new RegularExpression('CurrencyCode', /^[A-Z]{3}$/, {
    errorMessage: () => 'A CurrencyCode has three capital letters.',
  }),
  {
    ...plainText,
    description:
      'An ISO 4217 currency code, e.g. `EUR`. A currency that the server does not support is refused with ValidationError.',
  },
)

builder.addScalarType(
  'IdempotencyKey',
  new RegularExpression('IdempotencyKey', /^\P{C}{1,255}$/u, {
    errorMessage: () => 'An IdempotencyKey has 1 to 255 printable characters.',
  }),
  {
    description:
      'A key chosen by the client, with 1 to 255 printable characters, scoped to the caller and the mutation. The same request with the same key replays the first answer. Keys never expire.',
  },
)

const eventCursorScalar = textScalar({
  name: 'EventCursor',
  description:
    'An opaque, totally ordered position in the event log. Store the last one received, and resume after it.',
  read: readCursor,
  write: writeCursor,
})
builder.addScalarType('EventCursor', eventCursorScalar, plainText)
