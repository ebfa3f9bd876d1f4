import { Fold } from '../../../components/fold.tsx'
import { useTexts } from '../../../i18n/i18n.ts'
import type { HintsDraft } from './campaign-draft.ts'
import { NumberField } from './plan/number-field.tsx'

export const hintNames = ['signal', 'battery'] as const satisfies (keyof HintsDraft)[]
export const hintUnits = { signal: '', battery: '%' } as const

interface HintsFoldProps {
  hints: HintsDraft
  change: (hints: HintsDraft) => void
}

/** Signal and battery, told to the device and heeded by it (docs/protocols/onenet.md §6.3). */
export const HintsFold = ({ hints, change }: HintsFoldProps) => {
  const t = useTexts()
  const set = hintNames
    .filter((name) => hints[name] !== null)
    .map((name) => `${t(`campaigns.wizard.hint.${name}`)} ${hints[name]}${hintUnits[name]}`)
  return (
    <Fold
      title={t('campaigns.plan.conditions')}
      value={set.length === 0 ? t('campaigns.plan.none') : set.join(' · ')}
      testId="fold-hints"
    >
      <p className="secondary small">{t('campaigns.wizard.hintsHint')}</p>
      <div className="hint-fields">
        {hintNames.map((name) => (
          <NumberField
            key={name}
            id={`hint-${name}`}
            label={t(`campaigns.wizard.hint.${name}`)}
            min={0}
            max={100}
            suffix={name === 'battery' ? '%' : undefined}
            value={hints[name]}
            onChange={(value) => change({ ...hints, [name]: value })}
          />
        ))}
      </div>
    </Fold>
  )
}
