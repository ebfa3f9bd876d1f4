/** The names of fields, from their texts. */
export const namesOf = <T extends Readonly<Record<string, { readonly name: string }>>>(fields: T) =>
  Object.fromEntries(Object.entries(fields).map(([field, { name }]) => [field, name])) as {
    readonly [K in keyof T]: string
  }
