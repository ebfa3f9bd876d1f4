import type { JobCounts } from '#shared/schema.ts'
import { outcomeText } from '../../components/outcome.ts'
import { endedOf, Segments, totalOf } from '../../components/segments.tsx'
import { jobLooks } from '../../components/tones.ts'
import { formatCount } from '../../i18n/format.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'

/** A campaign's counts in a row: the bar, how many succeeded, and how many failed. */
export const CampaignProgress = ({ counts }: { counts: JobCounts }) => {
  const t = useTexts()
  const language = useLanguage()
  return (
    <div className="campaign-progress">
      <Segments counts={counts} height={8} />
      <span className="small">
        {endedOf(counts) === totalOf(counts) ? (
          <b>{outcomeText(counts, t, language)}</b>
        ) : (
          <>
            <b>
              {formatCount(counts.succeeded, language)} / {formatCount(totalOf(counts), language)}{' '}
              {t('campaigns.live.done')}
            </b>
            {counts.failed > 0 && (
              <span className="toned" data-tone="failed">
                {jobLooks.failed.glyph} {formatCount(counts.failed, language)} {t('states.job.failed')}
              </span>
            )}
          </>
        )}
      </span>
    </div>
  )
}
