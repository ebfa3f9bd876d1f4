import type { Language } from './languages.ts'
import { valueIn } from './phrase-text.ts'
import { choicesOf, type StartFailureCode, type StartFailureData, type StartFailureInfo } from './start-failures.ts'
import { texts } from './texts/index.ts'

/** What is wrong and what to do, in one language. @param data as text, or with phrases */
export const startFailureText = (code: StartFailureCode, language: Language, data: StartFailureData): string =>
  texts[language].startFailures[code].replace(/\{(\w+)\}/g, (_, name: string) =>
    String(valueIn(data, name, language) ?? ''),
  )

/** The text with the options of the command line, for a host without a dialog. */
export const startFailureWords = (info: StartFailureInfo, language: Language): string => {
  const { commandLineWays, language: facts } = texts[language]
  const [newest, ...older] = info.backups.map(({ name }) => name)
  const ways = choicesOf(info).flatMap((choice) => {
    if (choice === 'setAside') return commandLineWays.setAside
    if (choice !== 'restoreBackup') return []
    const { restoreBackup, olderBackup } = commandLineWays
    return [
      restoreBackup.replace('{backup}', newest ?? ''),
      ...(older.length > 0 ? [olderBackup.replace('{older}', older.join(facts.listSeparator))] : []),
    ]
  })
  return [startFailureText(info.code, language, info.data), ...ways].join(facts.sentenceSeparator)
}
