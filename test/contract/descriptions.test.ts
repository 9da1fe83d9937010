/** Everything in the schema has a description, because users of GraphiQL read descriptions first. */
import { isEnumType, isInputObjectType, isInterfaceType, isObjectType } from 'graphql'
import { expect, test } from 'vitest'
import { schema } from '../../src/api/schema.ts'

interface Named {
  name: string
  description?: string | null | undefined
}

test('every type, field, argument and enum value has a description', () => {
  const bare: string[] = []
  const look = (where: string, { name, description }: Named) => {
    if (!description?.trim()) bare.push(`${where}${name}`)
  }
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue
    look('', type)
    if (isEnumType(type)) for (const value of type.getValues()) look(`${type.name}.`, value)
    if (isInputObjectType(type)) for (const field of Object.values(type.getFields())) look(`${type.name}.`, field)
    if (isObjectType(type) || isInterfaceType(type)) {
      for (const field of Object.values(type.getFields())) {
        look(`${type.name}.`, field)
        for (const argument of field.args) look(`${type.name}.${field.name}.`, argument)
      }
    }
  }
  expect(bare).toEqual([])
})
