import { HistoryOutlined } from '@ant-design/icons'
import { Button, Segmented } from 'antd'
import { languages } from '#shared/languages.ts'
import { texts } from '#shared/texts/index.ts'
import { go } from '../../app/router.ts'
import { Facts } from '../../components/facts.tsx'
import { Page, Panel } from '../../components/page.tsx'
import { useLanguageStore, useTexts } from '../../i18n/i18n.ts'
import { themeChoices, useThemeStore } from '../../theme/theme-store.ts'
import { BackupPanel } from './backup-panel.tsx'
import { CertificatePanel } from './certificate-panel.tsx'
import { DemoPanel } from './demo-panel.tsx'
import { LimitsPanel } from './limits-form.tsx'
import { MonitoringPanel } from './monitoring-panel.tsx'
import { PinPanel } from './pin-panel.tsx'
import { ProgrammersPanel } from './programmers-panel.tsx'
import { SetAsidePanel } from './set-aside-panel.tsx'
import { SimulatorPanel } from './simulator-panel.tsx'
import { SinksPanel } from './sinks-panel.tsx'
import { StationPanel } from './station-panel.tsx'
import { VerdictsPanel } from './verdicts-form.tsx'
import './settings.css'

/** Language and appearance of this screen, limits and facts of the station, the simulator. */
export const SettingsScreen = () => {
  const t = useTexts()
  const { language, choose } = useLanguageStore()
  const theme = useThemeStore()
  return (
    <Page
      title={t('settings.title')}
      actions={
        <Button icon={<HistoryOutlined />} onClick={() => go('settings', 'log')} data-testid="audit-open">
          {t('reports.audit.title')}
        </Button>
      }
    >
      <SimulatorPanel />
      <DemoPanel />
      <div className="settings-columns">
        <div className="settings-column">
          <Panel title={t('settings.general')}>
            <Facts
              items={[
                [
                  t('language'),
                  <Segmented
                    key="l"
                    value={language}
                    onChange={choose}
                    aria-label={t('language')}
                    options={languages.map((value) => ({ value, label: texts[value].language.name }))}
                  />,
                ],
                [
                  t('theme.label'),
                  <Segmented
                    key="t"
                    value={theme.choice}
                    onChange={theme.choose}
                    aria-label={t('theme.label')}
                    options={themeChoices.map((value) => ({ value, label: t(`theme.${value}`) }))}
                  />,
                ],
              ]}
            />
          </Panel>
          <PinPanel />
          <LimitsPanel />
          <BackupPanel />
          <SetAsidePanel />
          <MonitoringPanel />
        </div>
        <div className="settings-column">
          <StationPanel />
          <VerdictsPanel />
          <ProgrammersPanel />
          <SinksPanel />
        </div>
      </div>
      <CertificatePanel />
    </Page>
  )
}
