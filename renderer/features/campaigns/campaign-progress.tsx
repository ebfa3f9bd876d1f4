import type { JobCounts } from '#shared/schema.ts'
import { endedOf, Segments, totalOf } from '../../components/segments.tsx'
import { jobLooks } from '../../components/tones.ts'
import { formatCount } from '../../i18n/format.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'

/** A campaign's counts in a row: the bar, how many ended, and how many failed. */
export const CampaignProgress = ({ counts }: { counts: JobCounts }) => {
  const t = useTexts()
  const language = useLanguage()
  return (
    <div className="campaign-progress">
      <Segments counts={counts} height={8} />
      <span className="small">
        <b>
          {formatCount(endedOf(counts), language)} / {formatCount(totalOf(counts), language)}
        </b>
        {counts.failed > 0 && (
          <span className="toned" data-tone="failed">
            {jobLooks.failed.glyph} {formatCount(counts.failed, language)} {t('states.job.failed')}
          </span>
        )}
      </span>
    </div>
  )
}
