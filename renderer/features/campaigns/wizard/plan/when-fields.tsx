import { Input, Select, Switch } from 'antd'
import { Choice } from '../../../../components/choice.tsx'
import { formatDay } from '../../../../i18n/format.ts'
import { useLanguage, useTexts } from '../../../../i18n/i18n.ts'
import { Fault, type PlanProps } from './fault.tsx'
import { isTimeOfDay, nextEvening, startDays } from './plan.ts'

interface TimeFieldProps {
  label: string
  value: string
  onChange: (value: string) => void
  testId: string
}

/** A time of day as typed, `22:00`; the browser's own field would use the format of another language. */
const TimeField = ({ label, value, onChange, testId }: TimeFieldProps) => (
  <Input
    aria-label={label}
    value={value}
    placeholder="22:00"
    inputMode="numeric"
    maxLength={5}
    status={isTimeOfDay(value) ? '' : 'error'}
    style={{ width: 76 }}
    onChange={(event) => onChange(event.target.value.replace('：', ':'))}
    data-testid={testId}
  />
)

/** Start now or scheduled, and the window for notices. */
export const WhenFields = ({ draft, change, faults }: PlanProps) => {
  const t = useTexts()
  const language = useLanguage()
  const { startAt, window } = draft
  return (
    <div className="section">
      <h3>{t('campaigns.plan.when')}</h3>
      <div className="cards">
        <Choice
          type="radio"
          name="start"
          checked={startAt === null}
          onChange={() => change({ startAt: null })}
          title={t('campaigns.plan.startNow')}
          hint={t('campaigns.plan.startNowHint')}
          testId="start-now"
        />
        <Choice
          type="radio"
          name="start"
          checked={startAt !== null}
          onChange={() => change({ startAt: nextEvening(new Date()) })}
          title={t('campaigns.plan.startAt')}
          hint={t('campaigns.plan.startAtHint')}
          testId="start-later"
        />
      </div>
      {startAt !== null && (
        <div className="plan-line">
          <Select
            aria-label={t('campaigns.plan.startAt')}
            value={startAt.slice(0, 10)}
            style={{ width: 190 }}
            onChange={(day) => change({ startAt: `${day}T${startAt.slice(11)}` })}
            options={startDays(new Date()).map((day) => ({ value: day, label: formatDay(day, language) }))}
            data-testid="start-day"
          />
          <TimeField
            label={t('campaigns.plan.startAt')}
            value={startAt.slice(11)}
            onChange={(time) => change({ startAt: `${startAt.slice(0, 10)}T${time}` })}
            testId="start-time"
          />
          <Fault faults={faults} of={['startEmpty', 'startPast', 'startFar']} />
        </div>
      )}
      <div className="switch-row plan-switch">
        <Switch
          checked={window !== null}
          onChange={(on) => change({ window: on ? { from: '22:00', to: '06:00' } : null })}
          aria-label={t('campaigns.plan.window')}
          data-testid="window-on"
        />
        <div>
          <b>{t('campaigns.plan.window')}</b>
          <span className="secondary small">{t('campaigns.plan.windowHint')}</span>
          {window !== null && (
            <div className="plan-line">
              <span className="secondary">{t('campaigns.plan.from')}</span>
              <TimeField
                label={t('campaigns.plan.from')}
                value={window.from}
                onChange={(from) => change({ window: { ...window, from } })}
                testId="window-from"
              />
              <span className="secondary">{t('campaigns.plan.to')}</span>
              <TimeField
                label={t('campaigns.plan.to')}
                value={window.to}
                onChange={(to) => change({ window: { ...window, to } })}
                testId="window-to"
              />
              <Fault faults={faults} of={['window']} />
            </div>
          )}
        </div>
      </div>
    </div>
  )
}
