import { Button, Select } from 'antd'
import { useState } from 'react'
import type { Settings } from '#shared/schema.ts'
import { client } from '../../api/client.ts'
import { useQuery } from '../../api/queries.ts'
import { saveFile } from '../../api/sent-file.ts'
import { Facts } from '../../components/facts.tsx'
import { Panel } from '../../components/page.tsx'
import { useAct } from '../../components/use-action.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { LogModal } from './log-modal.tsx'
import { MetricsTokenFacts } from './metrics-token.tsx'

const levels = ['debug', 'info', 'warn', 'error'] as const satisfies readonly Settings['logLevel'][]

/** What shows how the station is doing: metrics, log, and one archive for support. */
export const MonitoringPanel = () => {
  const t = useTexts()
  const act = useAct()
  const settings = useQuery('settings', (signal) => client.station.settings(undefined, { signal }))
  const [isShown, setShown] = useState(false)
  const [gathering, setGathering] = useState(false)
  const setLevel = async (logLevel: Settings['logLevel']) => {
    await act(() => client.station.updateSettings({ logLevel }), t('saved'))
    settings.reload()
  }
  const gather = async () => {
    setGathering(true)
    await act(async () => saveFile(await client.logs.diagnostics(), 'application/x-tar'))
    setGathering(false)
  }
  return (
    <Panel title={t('monitoring.title')} className="monitoring" testId="monitoring-panel">
      <MetricsTokenFacts />
      <h3>{t('monitoring.log')}</h3>
      <p className="secondary small">{t('monitoring.logHint')}</p>
      <Facts
        items={[
          [
            t('monitoring.level'),
            <Select
              key="l"
              value={settings.data?.logLevel}
              disabled={settings.data === undefined}
              onChange={(level) => void setLevel(level)}
              style={{ width: 140 }}
              aria-label={t('monitoring.level')}
              data-testid="log-level"
              options={levels.map((value) => ({ value, label: t(`monitoring.levels.${value}`) }))}
            />,
          ],
        ]}
      />
      <div className="pin-actions">
        <Button onClick={() => setShown(true)} data-testid="log-show">
          {t('monitoring.show')}
        </Button>
      </div>
      <h3>{t('monitoring.diagnostics')}</h3>
      <p className="secondary small">{t('monitoring.diagnosticsHint')}</p>
      <div className="pin-actions">
        <Button loading={gathering} onClick={() => void gather()} data-testid="diagnostics">
          {t('monitoring.gather')}
        </Button>
      </div>
      {isShown && <LogModal onClose={() => setShown(false)} />}
    </Panel>
  )
}
