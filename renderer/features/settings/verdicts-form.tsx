import { Button, Form, InputNumber } from 'antd'
import { useState } from 'react'
import type { Settings } from '#shared/schema.ts'
import { client } from '../../api/client.ts'
import { useQuery } from '../../api/queries.ts'
import { Panel } from '../../components/page.tsx'
import { Unanswered } from '../../components/unanswered.tsx'
import { useAct } from '../../components/use-action.ts'
import { useTexts } from '../../i18n/i18n.ts'

type Values = Pick<Settings, 'rollbackMinutes' | 'reconnectGraceSeconds'>

const VerdictsFields = ({ settings, onSaved }: { settings: Settings; onSaved: () => void }) => {
  const t = useTexts()
  const act = useAct()
  const [busy, setBusy] = useState(false)
  const save = async ({ rollbackMinutes, reconnectGraceSeconds }: Values) => {
    setBusy(true)
    await act(() => client.station.updateSettings({ rollbackMinutes, reconnectGraceSeconds }), t('saved'))
    setBusy(false)
    onSaved()
  }
  const { rollbackMinutes, reconnectGraceSeconds } = settings
  const required = { required: true, message: t('required') }
  return (
    <Form<Values>
      layout="vertical"
      requiredMark={false}
      onFinish={save}
      initialValues={{ rollbackMinutes, reconnectGraceSeconds }}
    >
      <div className="settings-two">
        <Form.Item
          name="rollbackMinutes"
          label={t('settings.verdicts.rollback')}
          extra={t('settings.verdicts.rollbackHint')}
          rules={[required]}
        >
          <InputNumber
            min={0}
            max={1440}
            suffix={t('settings.verdicts.minutes')}
            style={{ width: '100%' }}
            data-testid="rollback-minutes"
          />
        </Form.Item>
        <Form.Item
          name="reconnectGraceSeconds"
          label={t('settings.verdicts.grace')}
          extra={t('settings.verdicts.graceHint')}
          rules={[required]}
        >
          <InputNumber
            min={1}
            max={600}
            precision={0}
            suffix={t('settings.verdicts.seconds')}
            style={{ width: '100%' }}
            data-testid="reconnect-grace"
          />
        </Form.Item>
      </div>
      <Button type="primary" htmlType="submit" loading={busy} data-testid="verdicts-save">
        {t('save')}
      </Button>
    </Form>
  )
}

/** How long the station waits for devices before it decides the result of an upgrade. */
export const VerdictsPanel = () => {
  const t = useTexts()
  const query = useQuery('settings', (signal) => client.station.settings(undefined, { signal }))
  return (
    <Panel title={t('settings.verdicts.title')}>
      {query.data === undefined && <Unanswered query={query} rows={3} />}
      {query.data !== undefined && <VerdictsFields settings={query.data} onSaved={query.reload} />}
    </Panel>
  )
}
