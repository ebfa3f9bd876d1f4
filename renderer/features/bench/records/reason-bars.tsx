import { reasonHeadline } from '#shared/reason-headlines.ts'
import type { BenchReport } from '#shared/schema.ts'
import { formatCount } from '../../../i18n/format.ts'
import { useLanguage, useTexts } from '../../../i18n/i18n.ts'

/** Why units failed, most frequent first. */
export const ReasonBars = ({ reasons }: { reasons: BenchReport['total']['reasons'] }) => {
  const t = useTexts()
  const language = useLanguage()
  // Chips of several families have different codes for the same reason.
  const bars = new Map<string, number>()
  for (const { errorCode, runs } of reasons) {
    const words = reasonHeadline(errorCode, language) ?? errorCode
    bars.set(words, (bars.get(words) ?? 0) + runs)
  }
  const most = Math.max(1, ...bars.values())
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
      {[...bars]
        .sort(([, left], [, right]) => right - left)
        .map(([words, runs]) => (
          <li key={words}>
            <span title={words}>{words}</span>
            <span className="secondary">{formatCount(runs, language)}</span>
            <div className="bar" data-tone="failed">
              <i style={{ width: `${(runs / most) * 100}%` }} />
            </div>
          </li>
        ))}
    </ul>
  )
}
