import i18next from 'i18next'
import { initReactI18next, useTranslation } from 'react-i18next'
import { create } from 'zustand'
import { type Language, languageFor, languages } from '#shared/languages.ts'
import type { en } from '#shared/texts/en/index.ts'
import { texts } from '#shared/texts/index.ts'
import { numbersInTexts } from './numbers.ts'

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: (typeof en)['screen'] }
    returnNull: false
  }
}

const KEY = 'ota-bench.language'

const isLanguage = (value: string | null): value is Language => languages.includes(value as Language)

/** The stored language, else that of the system, English where the system's has no texts. */
const firstLanguage = (kept: string | null, preferred: string): Language =>
  isLanguage(kept) ? kept : languageFor(preferred)

interface LanguageStore {
  language: Language
  choose: (language: Language) => void
}

const localeOf = (language: Language): string => texts[language].language.locale

const show = (language: Language) => {
  document.documentElement.lang = localeOf(language)
  void i18next.changeLanguage(language)
}

export const useLanguageStore = create<LanguageStore>((set) => ({
  language: firstLanguage(window.localStorage.getItem(KEY), window.navigator.language),
  choose: (language) => {
    window.localStorage.setItem(KEY, language)
    set({ language })
    show(language)
  },
}))

export const useLanguage = (): Language => useLanguageStore((state) => state.language)

void i18next
  .use(initReactI18next)
  .use(numbersInTexts)
  .init({
    lng: useLanguageStore.getState().language,
    resources: Object.fromEntries(languages.map((language) => [language, { translation: texts[language].screen }])),
    interpolation: { escapeValue: false, alwaysFormat: true },
  })
show(useLanguageStore.getState().language)

/** The texts of the screen in the chosen language. */
export const useTexts = () => useTranslation().t

export type Translate = ReturnType<typeof useTexts>
