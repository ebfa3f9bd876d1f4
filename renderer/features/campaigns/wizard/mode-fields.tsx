import type { CampaignMode, CampaignPreview, Delta, Package } from '#shared/schema.ts'
import { hashOf } from '../../../app/router.ts'
import { Choice } from '../../../components/choice.tsx'
import { formatBytes } from '../../../i18n/format.ts'
import { useLanguage, useTexts } from '../../../i18n/i18n.ts'
import { shareText } from '../../packages/deltas/delta-text.ts'
import { savingsOf } from './savings.ts'

interface ModeFieldsProps {
  pack: Package
  mode: CampaignMode
  choose: (mode: CampaignMode) => void
  diffs: readonly Delta[] | undefined
  preview: CampaignPreview | undefined
}

const modes = ['auto', 'full', 'diff'] as const

/** The package type: automatic, full or only deltas; an unavailable choice shows the reason. */
export const ModeFields = ({ pack, mode, choose, diffs, preview }: ModeFieldsProps) => {
  const t = useTexts()
  const language = useLanguage()
  const several = pack.files.length !== 1
  const usable = (diffs ?? []).filter(({ status }) => status !== 'failed')
  const preparing = usable.some(({ status }) => status !== 'ready')
  const fault = several ? t('deltas.mode.noneSeveral') : usable.length === 0 ? t('deltas.mode.none') : undefined
  const savings = preview === undefined || mode === 'full' ? undefined : savingsOf(preview.artifacts, pack.size)
  return (
    <div className="section first-section">
      <h3>{t('deltas.mode.title')}</h3>
      <div className="cards">
        {modes.map((value) => {
          const closed = value === 'full' || diffs === undefined ? undefined : fault
          return (
            <Choice
              key={value}
              type="radio"
              name="mode"
              checked={mode === value}
              disabled={closed !== undefined && mode !== value}
              onChange={() => choose(value)}
              title={t(`deltas.mode.names.${value}`)}
              hint={closed ?? t(`deltas.mode.hints.${value}`, { size: formatBytes(pack.size, language) })}
              testId={`mode-${value}`}
            />
          )
        })}
      </div>
      <p className="secondary small mode-line" aria-live="polite">
        {savings !== undefined && savings.saved > 0 && (
          <b className="toned" data-tone="passed" data-testid="mode-saves">
            {t('deltas.mode.willSave', {
              size: formatBytes(savings.saved, language),
              percent: shareText(savings.share, language),
            })}
          </b>
        )}
        {preparing && <span>{t('deltas.mode.preparing')}</span>}
        {!several && diffs !== undefined && (
          <a href={hashOf('packages', pack.id)} data-testid="mode-make">
            {t('deltas.mode.make')}
          </a>
        )}
      </p>
    </div>
  )
}
