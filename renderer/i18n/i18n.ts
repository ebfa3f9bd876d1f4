import i18next from 'i18next'
import { initReactI18next, useTranslation } from 'react-i18next'
import { create } from 'zustand'
import { type Language, languages } from '#shared/error-texts.ts'
import { numbersInTexts } from './numbers.ts'
import { texts } from './texts/texts.ts'

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: (typeof texts)['en'] }
    returnNull: false
  }
}

const KEY = 'ota-bench.language'

const isLanguage = (value: string | null): value is Language => languages.includes(value as Language)

/** The language kept from before, else that of the system: Chinese for any Chinese, English otherwise. */
export const firstLanguage = (kept: string | null, preferred: string): Language =>
  isLanguage(kept) ? kept : preferred.toLowerCase().startsWith('zh') ? 'zh' : 'en'

interface LanguageStore {
  language: Language
  choose: (language: Language) => void
}

export const localeOf = (language: Language): string => (language === 'zh' ? 'zh-CN' : 'en-GB')

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
    resources: { zh: { translation: texts.zh }, en: { translation: texts.en } },
    interpolation: { escapeValue: false, alwaysFormat: true },
  })
show(useLanguageStore.getState().language)

/** The texts of the screen in the chosen language. */
export const useTexts = () => useTranslation().t

export type Translate = ReturnType<typeof useTexts>
