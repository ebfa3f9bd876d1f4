import type { JobCounts } from '#shared/schema.ts'
import { formatCount } from '../i18n/format.ts'
import { useLanguage, useTexts } from '../i18n/i18n.ts'
import { barOrder, jobLooks } from './tones.ts'

export const totalOf = (counts: JobCounts): number => Object.values(counts).reduce((sum, count) => sum + count, 0)

/** Jobs that need no further work. */
export const endedOf = (counts: JobCounts): number =>
  counts.succeeded + counts.failed + counts.skipped + counts.cancelled

/** The counts of a campaign as one bar, with text for a screen reader. */
export const Segments = ({ counts, height = 12 }: { counts: JobCounts; height?: number }) => {
  const t = useTexts()
  const language = useLanguage()
  const shown = barOrder.filter((state) => counts[state] > 0)
  const words = shown.map((state) => `${t(`states.job.${state}`)} ${formatCount(counts[state], language)}`)
  return (
    <div className="segments" role="img" aria-label={words.join(', ')} style={{ '--height': `${height}px` }}>
      {shown.map((state) => (
        <i
          key={state}
          data-tone={jobLooks[state].tone}
          data-faint={state === 'pending'}
          style={{ flexGrow: counts[state] }}
          title={`${t(`states.job.${state}`)} ${formatCount(counts[state], language)}`}
        />
      ))}
    </div>
  )
}
