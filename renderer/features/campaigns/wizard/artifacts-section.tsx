import type { CampaignPreview } from '#shared/schema.ts'
import { texts } from '#shared/texts/index.ts'
import type { Tone } from '../../../components/tones.ts'
import { formatBytes } from '../../../i18n/format.ts'
import { useLanguage, useTexts } from '../../../i18n/i18n.ts'
import { shareText } from '../../packages/deltas/delta-text.ts'
import { savingsOf } from './savings.ts'

interface ArtifactsSectionProps {
  artifacts: CampaignPreview['artifacts']
  fullSize: number
}

const tones: Readonly<Record<CampaignPreview['artifacts'][number]['artifact'], Tone>> = {
  diff: 'passed',
  full: 'idle',
  wait: 'running',
  none: 'person',
}

/** Per version: a delta, the full image, a wait or nothing, and the reason; the total that deltas save. */
export const ArtifactsSection = ({ artifacts, fullSize }: ArtifactsSectionProps) => {
  const t = useTexts()
  const language = useLanguage()
  if (artifacts.length === 0) return null
  const { toFetch, saved, share } = savingsOf(artifacts, fullSize)
  return (
    <div className="section" data-testid="review-artifacts">
      <h3>{t('deltas.review.title')}</h3>
      <ul className="artifacts">
        {artifacts.map(({ fromVersion, devices, artifact, size, note }) => (
          <li key={fromVersion ?? ''} data-testid={`artifact-${fromVersion ?? 'unknown'}`} data-artifact={artifact}>
            <b>{fromVersion ?? t('deltas.review.unknown')}</b>
            <span className="secondary">{t('deltas.make.devices', { count: devices })}</span>
            <span className="toned" data-tone={tones[artifact]}>
              {t(`deltas.review.artifact.${artifact}`)}
            </span>
            <span className="secondary">
              {size === null ? '' : t('deltas.review.each', { size: formatBytes(size, language) })}
            </span>
            {note !== null && (
              <span className="secondary small artifact-note">{texts[language].artifactNotes[note]}</span>
            )}
          </li>
        ))}
      </ul>
      {toFetch > 0 && (
        <p className="artifacts-sum">
          <span data-testid="review-total">{t('deltas.review.total', { size: formatBytes(toFetch, language) })}</span>
          {saved > 0 && (
            <b className="toned" data-tone="passed" data-testid="review-saves" data-bytes={saved}>
              {t('deltas.review.saves', { size: formatBytes(saved, language), percent: shareText(share, language) })}
            </b>
          )}
        </p>
      )}
    </div>
  )
}
