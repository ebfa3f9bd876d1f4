import * as all from './all.ts'
import type { en } from './en/index.ts'
import type { TextsLike } from './texts-like.ts'

/** The code of a language (BCP 47, the part before the hyphen): `en`, `zh`. */
export type Language = keyof typeof all

/** Every text that a person reads, in one language. English shapes them. */
export type Texts = TextsLike<typeof en>

/** Every text by language. A third language is a folder like `zh/` and a line in `all.ts`. */
export const texts: Readonly<Record<Language, Texts>> = all
