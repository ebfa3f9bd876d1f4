import { type Language, languages } from './languages.ts'
import { type Texts, texts } from './texts/index.ts'

/** A text for a log line: the message in English, and one member with the text for every other language. */
export const textsForLog = (
  pick: (texts: Texts, language: Language) => string,
): { readonly message: string; readonly others: Readonly<Record<string, string>> } => ({
  message: pick(texts.en, 'en'),
  others: Object.fromEntries(
    languages.flatMap((language) => (language === 'en' ? [] : [[language, pick(texts[language], language)]])),
  ),
})
