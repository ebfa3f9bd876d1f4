import { PlayCircleOutlined } from '@ant-design/icons'
import { Button, Checkbox, Form, InputNumber } from 'antd'
import { useState } from 'react'
import type { DemoInput, DemoStatus } from '#shared/schema.ts'
import { demoBoards } from '#shared/targets/index.ts'
import { client } from '../../api/client.ts'
import { usePolled, useQuery } from '../../api/queries.ts'
import { go } from '../../app/router.ts'
import { Panel } from '../../components/page.tsx'
import { StateWord } from '../../components/state-label.tsx'
import { Unanswered } from '../../components/unanswered.tsx'
import { useAct } from '../../components/use-action.ts'
import { useTexts } from '../../i18n/i18n.ts'

/** A line of simulated boards for a first look and for training: start and stop. */
export const DemoPanel = () => {
  const t = useTexts()
  const act = useAct()
  const [busy, setBusy] = useState(false)
  const status = useQuery('bench-demo', (signal) => client.bench.demo(undefined, { signal }))
  usePolled(status, 2000)
  const run = async (action: () => Promise<DemoStatus>) => {
    setBusy(true)
    await act(action)
    status.reload()
    setBusy(false)
  }
  const required = { required: true, message: t('required') }
  const running = status.data?.running ?? false
  // After a restart its line still exists, but nothing is plugged in any more.
  const left = !running && (status.data?.lineId ?? null) !== null
  const body = () => {
    if (status.data === undefined) return <Unanswered query={status} rows={2} />
    return (
      <Form<DemoInput>
        layout="vertical"
        requiredMark={false}
        // Another screen has started or stopped it: the running settings are shown.
        key={`${running}`}
        disabled={running}
        onFinish={(values) => run(() => client.bench.startDemo(values))}
        initialValues={{
          slots: status.data.slots || 8,
          boards: status.data.boards,
          failurePercent: status.data.failurePercent,
        }}
      >
        <div className="settings-four">
          <Form.Item name="slots" label={t('settings.demo.slots')} rules={[required]}>
            <InputNumber min={1} max={64} precision={0} style={{ width: '100%' }} data-testid="demo-slots" />
          </Form.Item>
          <Form.Item
            name="boards"
            label={t('settings.demo.boards')}
            extra={t('settings.demo.boardsHint')}
            rules={[required]}
          >
            <Checkbox.Group
              options={demoBoards.map((value) => ({ value, label: t(`bench.targets.demo.${value}`) }))}
              data-testid="demo-boards"
            />
          </Form.Item>
          <Form.Item
            name="failurePercent"
            label={t('settings.demo.failure')}
            extra={t('settings.demo.failureHint')}
            rules={[required]}
          >
            <InputNumber min={0} max={100} suffix="%" style={{ width: '100%' }} data-testid="demo-failure" />
          </Form.Item>
        </div>
        <div className="demo-actions">
          {running ? (
            <>
              <Button
                danger
                disabled={false}
                loading={busy}
                onClick={() => run(() => client.bench.stopDemo())}
                data-testid="demo-stop"
              >
                {t('settings.demo.stop')}
              </Button>
              <Button disabled={false} onClick={() => go('bench')}>
                {t('settings.demo.open')}
              </Button>
            </>
          ) : (
            <Button
              type="primary"
              htmlType="submit"
              icon={<PlayCircleOutlined />}
              loading={busy}
              data-testid="demo-start"
            >
              {t('settings.demo.start')}
            </Button>
          )}
          {left && (
            <Button danger loading={busy} onClick={() => run(() => client.bench.stopDemo())}>
              {t('settings.demo.remove')}
            </Button>
          )}
        </div>
      </Form>
    )
  }
  return (
    <Panel
      title={t('settings.demo.title')}
      testId="demo-panel"
      extra={
        status.data && (
          <StateWord tag look={running ? { tone: 'running', glyph: '▶' } : { tone: 'idle', glyph: '○' }}>
            {running ? t('settings.simulator.running') : t('settings.simulator.stopped')}
          </StateWord>
        )
      }
    >
      <p className="secondary simulator-hint">{t('settings.demo.hint')}</p>
      {body()}
    </Panel>
  )
}
