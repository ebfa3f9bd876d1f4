import { type Language, texts } from './texts/index.ts'

export type { Language } from './texts/index.ts'

const others = Object.keys(texts).filter((code): code is Language => code !== 'en')

/** The languages of the screen and of every error. English comes last because it is the fallback for other languages. */
export const languages: readonly [Language, ...Language[]] = [...others, 'en'] as unknown as [Language, ...Language[]]

/** The language to show for a tag or a list of tags, of which the first is used: `zh-CN`, `en-GB,en;q=0.8`. */
export const languageFor = (tags: string): Language => {
  const first = /^\s*([a-z]+)/i.exec(tags)?.[1]?.toLowerCase()
  return languages.find((code) => code === first) ?? 'en'
}
