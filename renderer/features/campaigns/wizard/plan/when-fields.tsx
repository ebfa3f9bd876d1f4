import { Input, Switch } from 'antd'
import { Choice } from '../../../../components/choice.tsx'
import { useTexts } from '../../../../i18n/i18n.ts'
import { Fault } from './fault.tsx'
import { nextEvening, type PlanFault } from './plan.ts'
import type { PlanProps } from './plan-props.ts'

/** At once or at a time, and within which hours of the day. */
export const WhenFields = ({ plan, change, faults }: PlanProps & { faults: readonly PlanFault[] }) => {
  const t = useTexts()
  const { startAt, window } = plan
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
          <Input
            type="datetime-local"
            aria-label={t('campaigns.plan.startAt')}
            value={startAt}
            style={{ width: 220 }}
            onChange={(event) => change({ startAt: event.target.value })}
            data-testid="start-at"
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
              <Input
                type="time"
                aria-label={t('campaigns.plan.from')}
                value={window.from}
                style={{ width: 120 }}
                onChange={(event) => change({ window: { ...window, from: event.target.value } })}
                data-testid="window-from"
              />
              <span className="secondary">{t('campaigns.plan.to')}</span>
              <Input
                type="time"
                aria-label={t('campaigns.plan.to')}
                value={window.to}
                style={{ width: 120 }}
                onChange={(event) => change({ window: { ...window, to: event.target.value } })}
                data-testid="window-to"
              />
              <Fault faults={faults} of={['window']} />
            </div>
          )}
        </div>
      </div>
    </div>
  )
}
