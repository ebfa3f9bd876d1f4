import { Switch } from 'antd'
import { useState } from 'react'
import type { Settings } from '#shared/schema.ts'
import { client } from '../../api/client.ts'
import { useQuery } from '../../api/queries.ts'
import { useAct } from '../../components/use-action.ts'
import { useTexts } from '../../i18n/i18n.ts'

interface SettingSwitchProps {
  setting: { [Name in keyof Settings]: Settings[Name] extends boolean ? Name : never }[keyof Settings]
  label: string
  hint: string
  /** Shown until the settings are read. */
  initially: boolean
  testId: string
}

/** A setting that is on or off, saved as it is switched. */
export const SettingSwitch = ({ setting, label, hint, initially, testId }: SettingSwitchProps) => {
  const t = useTexts()
  const act = useAct()
  const settings = useQuery('settings', (signal) => client.station.settings(undefined, { signal }))
  const [busy, setBusy] = useState(false)
  const change = async (on: boolean) => {
    setBusy(true)
    await act(() => client.station.updateSettings({ [setting]: on }), t('saved'))
    settings.reload()
    setBusy(false)
  }
  return (
    <div className="setting-switch">
      <Switch
        checked={settings.data?.[setting] ?? initially}
        disabled={settings.data === undefined}
        loading={busy}
        onChange={(on) => void change(on)}
        aria-label={label}
        data-testid={testId}
      />
      <div>
        <b>{label}</b>
        <p className="secondary small">{hint}</p>
      </div>
    </div>
  )
}
