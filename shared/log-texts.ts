import { type Language, languages } from './languages.ts'
import { type Texts, texts } from './texts/index.ts'

/** A text for a line of the log: the message in English, and in every other language a member of that name. */
export const textsForLog = (
  pick: (texts: Texts, language: Language) => string,
): { readonly message: string; readonly others: Readonly<Record<string, string>> } => ({
  message: pick(texts.en, 'en'),
  others: Object.fromEntries(
    languages.flatMap((language) => (language === 'en' ? [] : [[language, pick(texts[language], language)]])),
  ),
})
