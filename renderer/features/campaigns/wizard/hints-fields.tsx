import { InputNumber } from 'antd'
import { useTexts } from '../../../i18n/i18n.ts'
import type { HintsDraft } from './draft.ts'

/** In the order of reference 000, STEP 7. */
export const hintNames = ['times', 'intervalMinutes', 'signal', 'battery'] as const satisfies (keyof HintsDraft)[]
export const hintUnits = { times: '', intervalMinutes: ' min', signal: '', battery: ' %' } as const
const limits = { times: 10, intervalMinutes: 1440, signal: 100, battery: 100 } as const

interface HintsFieldsProps {
  hints: HintsDraft
  change: (hints: HintsDraft) => void
}

/** Retries, signal and battery, told to the device and heeded by it. */
export const HintsFields = ({ hints, change }: HintsFieldsProps) => {
  const t = useTexts()
  const units = { times: undefined, intervalMinutes: t('campaigns.wizard.minutes'), signal: undefined, battery: '%' }
  return (
    <div className="section">
      <h3>
        {t('campaigns.wizard.hints')} <span className="secondary small">{t('optional')}</span>
      </h3>
      <p className="secondary small">{t('campaigns.wizard.hintsHint')}</p>
      <div className="hint-fields">
        {hintNames.map((name) => (
          <label key={name} className="field" htmlFor={`hint-${name}`}>
            <span>{t(`campaigns.wizard.hint.${name}`)}</span>
            <InputNumber
              id={`hint-${name}`}
              min={0}
              max={limits[name]}
              precision={0}
              suffix={units[name]}
              value={hints[name]}
              onChange={(value) => change({ ...hints, [name]: value })}
              style={{ width: '100%' }}
              data-testid={`hint-${name}`}
            />
          </label>
        ))}
      </div>
    </div>
  )
}
