import { errorText } from '#shared/error-texts.ts'
import type { SimulatorStatus } from '#shared/schema.ts'
import { StateWord } from '../../components/state-label.tsx'
import { formatCount } from '../../i18n/format.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'

/** Whether virtual devices run, how many do what, and what went wrong last. */
export const SimulatorNumbers = ({ status }: { status: SimulatorStatus }) => {
  const t = useTexts()
  const language = useLanguage()
  const numbers = [
    ['connected', status.connected, 'passed'],
    ['upgrading', status.upgrading, 'running'],
    ['succeeded', status.succeeded, 'passed'],
    ['failed', status.failed, 'failed'],
  ] as const
  return (
    <div className="simulator-status">
      <StateWord tag look={status.running ? { tone: 'running', glyph: '▶' } : { tone: 'idle', glyph: '○' }}>
        {status.running ? t('settings.simulator.running') : t('settings.simulator.stopped')}
      </StateWord>
      {status.running &&
        numbers.map(([key, value, tone]) => (
          <div key={key} className="number" data-tone={value === 0 ? undefined : tone} data-zero={value === 0}>
            <b data-testid={`simulator-${key}`} data-count={value}>
              {formatCount(value, language)}
              {key === 'connected' && <span className="secondary"> / {formatCount(status.devices, language)}</span>}
            </b>
            <span>{t(`settings.simulator.${key}`)}</span>
          </div>
        ))}
      {status.lastError !== null && (
        <p className="note" data-tone="failed" role="alert">
          {errorText(status.lastError.code, language, status.lastError.data)}
        </p>
      )}
    </div>
  )
}
