/** The plural forms of a count that a language may have (Unicode CLDR), as ends of keys: `devices_one`. */
type PluralForm = 'zero' | 'one' | 'two' | 'few' | 'many' | 'other'
type PluralKey = `${string}_${PluralForm}`
type Stem<Key> = Key extends `${infer Name}_${PluralForm}` ? Name : never

/**
 * The texts of another language, in the shape of the English ones: every key and no other, or a compile error. Only plural
 * forms are the language's own: `other` has to be there, the rest may.
 */
export type TextsLike<T> = {
  readonly [K in Exclude<keyof T, PluralKey>]: T[K] extends string ? string : TextsLike<T[K]>
} & {
  readonly [K in Stem<keyof T> as `${K}_other`]: string
} & { readonly [K in `${Stem<keyof T>}_${Exclude<PluralForm, 'other'>}`]?: string }
