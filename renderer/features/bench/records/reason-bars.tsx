import { benchReasonText } from '#shared/bench-reasons.ts'
import type { Language } from '#shared/error-texts.ts'
import type { BenchReport } from '#shared/schema.ts'
import { formatCount } from '../../../i18n/format.ts'
import { useLanguage, useTexts } from '../../../i18n/i18n.ts'
import { firstSentence } from '../lamps.ts'

/** A reason without what it was filled with: it stands for many runs. */
const plain = (code: string, language: Language): string => {
  const text = benchReasonText(code, language)
  return text === undefined ? code : firstSentence(text).replaceAll(/\s*[（(][^（()）]*…[^（()）]*[)）]/g, '')
}

/** Why units failed, most frequent first. */
export const ReasonBars = ({ reasons }: { reasons: BenchReport['total']['reasons'] }) => {
  const t = useTexts()
  const language = useLanguage()
  const most = Math.max(1, ...reasons.map(({ runs }) => runs))
  if (reasons.length === 0)
    return (
      <p className="secondary">
        <span className="toned" data-tone="passed">
          ✓
        </span>{' '}
        {t('bench.records.noReasons')}
      </p>
    )
  return (
    <ul className="reason-bars" data-testid="reason-bars">
      {reasons.map(({ errorCode, runs }) => {
        const words = plain(errorCode, language)
        return (
          <li key={errorCode}>
            <span title={words}>{words}</span>
            <span className="secondary">{formatCount(runs, language)}</span>
            <div className="bar" data-tone="failed">
              <i style={{ width: `${(runs / most) * 100}%` }} />
            </div>
          </li>
        )
      })}
    </ul>
  )
}
