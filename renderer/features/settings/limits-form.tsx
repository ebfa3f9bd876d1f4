import { Button, Form, InputNumber, Select } from 'antd'
import { useState } from 'react'
import type { Settings } from '#shared/schema.ts'
import { client } from '../../api/client.ts'
import { useQuery } from '../../api/queries.ts'
import { Panel } from '../../components/page.tsx'
import { Unanswered } from '../../components/unanswered.tsx'
import { useAct } from '../../components/use-action.ts'
import { useTexts } from '../../i18n/i18n.ts'

const MB = 1024 * 1024
const FORMAT = /^(\.[a-z0-9]{1,10}){1,3}$/

interface Values {
  megabytes: number
  formats: string[]
  hours: number
}

const LimitsFields = ({ settings, onSaved }: { settings: Settings; onSaved: () => void }) => {
  const t = useTexts()
  const act = useAct()
  const [busy, setBusy] = useState(false)
  const save = async ({ megabytes, formats, hours }: Values) => {
    setBusy(true)
    await act(
      () =>
        client.station.updateSettings({
          maxPackageBytes: Math.round(megabytes * MB),
          packageFormats: formats.map((format) => format.toLowerCase()),
          downloadUrlSeconds: Math.round(hours * 3600),
        }),
      t('saved'),
    )
    setBusy(false)
    onSaved()
  }
  return (
    <Form<Values>
      layout="vertical"
      requiredMark={false}
      onFinish={save}
      initialValues={{
        megabytes: settings.maxPackageBytes / MB,
        formats: settings.packageFormats,
        hours: settings.downloadUrlSeconds / 3600,
      }}
    >
      <div className="settings-two">
        <Form.Item
          name="megabytes"
          label={t('settings.maxSize')}
          extra={t('settings.maxSizeHint')}
          rules={[{ required: true, message: t('required') }]}
        >
          <InputNumber min={1} max={4096} suffix="MB" style={{ width: '100%' }} data-testid="limit-size" />
        </Form.Item>
        <Form.Item
          name="hours"
          label={t('settings.lifetime')}
          extra={t('settings.lifetimeHint')}
          rules={[{ required: true, message: t('required') }]}
        >
          <InputNumber min={0.001} max={720} suffix={t('settings.hours')} style={{ width: '100%' }} />
        </Form.Item>
      </div>
      <Form.Item
        name="formats"
        label={t('settings.formats')}
        extra={t('settings.formatsHint')}
        rules={[
          {
            validator: (_, formats: string[]) => {
              if (formats.length === 0) return Promise.reject(new Error(t('settings.formatsNone')))
              const bad = formats.find((format) => !FORMAT.test(format.toLowerCase()))
              return bad === undefined
                ? Promise.resolve()
                : Promise.reject(new Error(t('settings.formatBad', { value: bad })))
            },
          },
        ]}
      >
        <Select mode="tags" tokenSeparators={[' ', ',']} open={false} suffixIcon={null} />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={busy} data-testid="limits-save">
        {t('save')}
      </Button>
    </Form>
  )
}

/** Limits of packages that the station keeps. */
export const LimitsPanel = () => {
  const t = useTexts()
  const query = useQuery('settings', (signal) => client.station.settings(undefined, { signal }))
  return (
    <Panel title={t('settings.limits')}>
      {query.data === undefined && <Unanswered query={query} rows={4} />}
      {query.data !== undefined && <LimitsFields settings={query.data} onSaved={query.reload} />}
    </Panel>
  )
}
