/** Refusals as GraphQL types: the shared interface, one type a class, and the unions of which they are members. */
import type { FieldMap } from '@pothos/core'
import { type DomainError, ERROR_CODES, type ErrorCode } from '../domain/errors.ts'
import { builder, type SchemaTypes } from './builder.ts'

export const ErrorCodeEnum = builder.enumType('ErrorCode', {
  description: 'Why a request was refused. Branch on the type or on this, never on the message.',
  values: Object.fromEntries(
    Object.entries(ERROR_CODES).map(([code, description]) => [code, { description }]),
  ) as Record<ErrorCode, { description: string }>,
})

export const ErrorInterface = builder.interfaceRef<DomainError>('Error').implement({
  description: 'A refusal. Nothing was changed.',
  resolveType: (error) => error.name,
  fields: (t) => ({
    code: t.field({ type: ErrorCodeEnum, description: 'Why, for programs.', resolve: (error) => error.code }),
    message: t.string({
      description: 'Why, for people: the fact and the next step.',
      resolve: (error) => error.message,
    }),
    retryable: t.boolean({
      description: 'Whether the same request may succeed later as it stands.',
      resolve: (error) => error.retryable,
    }),
    requestId: t.string({
      description: 'Finds the request in the log of the server.',
      resolve: (_error, _args, context) => context.requestId,
    }),
  }),
})

export interface ErrorDefinition {
  code: ErrorCode
  typeName: string
  retryable: boolean
  description: string
}

/** Every refusal that the schema knows, in the order of registration; apiInfo.errorCatalog and schema/errors.md print it. */
export const errorCatalog: ErrorDefinition[] = []

type ErrorClass<Refusal extends DomainError> = new (...parameters: never[]) => Refusal
type ErrorFields<Refusal> = (t: PothosSchemaTypes.ObjectFieldBuilder<SchemaTypes, Refusal>) => FieldMap

/** Makes the GraphQL type of a refusal; `codes` says for each of its codes when it is given. */
export function errorType<Refusal extends DomainError>(
  errorClass: ErrorClass<Refusal>,
  options: {
    description: string
    retryable?: boolean
    codes: Partial<Record<ErrorCode, string>>
    fields?: ErrorFields<Refusal>
  },
): void {
  const typeName = errorClass.name
  builder.objectType(errorClass, {
    name: typeName,
    description: options.description,
    interfaces: [ErrorInterface],
    ...(options.fields && { fields: options.fields }),
  } as never)
  for (const [code, description] of Object.entries(options.codes)) {
    errorCatalog.push({ code: code as ErrorCode, typeName, retryable: options.retryable ?? false, description })
  }
}
