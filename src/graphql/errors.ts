/** Refusals as GraphQL types: the shared interface, and one type per error class. */
import type { FieldMap } from '@pothos/core'
import { type DomainError, ERROR_CODES, type ErrorCode } from '../domain/errors.ts'
import { builder, type SchemaTypes } from './builder.ts'

/** The GraphQL enum of all codes. */
export const ErrorCodeEnum = builder.enumType('ErrorCode', {
  description: 'Reason of a refusal. Branch on the type or on the code, never on the message.',
  values: Object.fromEntries(
    Object.entries(ERROR_CODES).map(([code, description]) => [code, { description }]),
  ) as Record<ErrorCode, { description: string }>,
})

/** The GraphQL interface of all refusals. */
export const ErrorInterface = builder.interfaceRef<DomainError>('Error').implement({
  description: 'A refusal. Nothing was changed.',
  resolveType: (error) => error.name,
  fields: (t) => ({
    code: t.field({ type: ErrorCodeEnum, description: 'The reason, for programs.', resolve: (error) => error.code }),
    message: t.string({
      description: 'The reason, for people: the fact and the next step.',
      resolve: (error) => error.message,
    }),
    retryable: t.boolean({
      description: 'True if the same request may succeed later without a change.',
      resolve: (error) => error.retryable,
    }),
    requestId: t.string({
      description: 'Identifies the request in the server log.',
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

/** Every refusal of the schema, in the order of registration; apiInfo.errorCatalog and schema/errors.md list it. */
export const errorCatalog: ErrorDefinition[] = []

type ErrorClass<Refusal extends DomainError> = new (...parameters: never[]) => Refusal
type ErrorFields<Refusal> = (t: PothosSchemaTypes.ObjectFieldBuilder<SchemaTypes, Refusal>) => FieldMap

/** Declares the GraphQL type of a refusal; `codes` describes each of its codes. */
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
