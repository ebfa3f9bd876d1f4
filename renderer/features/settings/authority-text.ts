import { damageText } from '#shared/authority-texts.ts'
import type { Language } from '#shared/languages.ts'
import type { AuthorityProblem, StationInfo } from '#shared/schema.ts'
import { texts } from '#shared/texts/index.ts'
import { formatDateTime } from '../../i18n/format.ts'
import type { useTexts } from '../../i18n/i18n.ts'

/** The warning about a certificate authority, as a sentence with what to do. */
export const problemText = (
  { authority, problem, file, detail, at, served }: AuthorityProblem,
  state: StationInfo['tls']['state'],
  t: ReturnType<typeof useTexts>,
  language: Language,
): string => {
  const name = t(`certificate.names.${authority}`)
  const when = at === null ? '' : formatDateTime(at, language)
  if (problem === 'ending' || problem === 'expired' || problem === 'notYetValid')
    return t(`certificate.problems.${problem}`, { name, at: when })
  const outcome = served ? 'stillServed' : state === 'unusable' ? 'unusable' : 'notServed'
  return t(`certificate.problems.${outcome}`, {
    name,
    file: file === null ? 'tls' : `tls/${file}`,
    what: damageText(problem, language) ?? problem,
    detail: detail === null ? '' : texts[language].language.inBrackets.replace('{text}', () => detail),
  })
}
