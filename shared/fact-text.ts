import type { Language } from './languages.ts'

/** A text that belongs to one fact of a protocol or a device, beside the fact. */
export type FactText = { readonly en: string; readonly zh: string } & Readonly<Partial<Record<Language, string>>>

/** @returns the text in a language, or in English where that language is missing */
export const factText = (text: FactText, language: Language): string => text[language] ?? text.en
