import { UsbOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import type { Line } from '#shared/schema.ts'
import { client } from '../../../api/client.ts'
import { useAct } from '../../../components/use-act.ts'
import { useTexts } from '../../../i18n/i18n.ts'
import { showLine } from '../bench-store.ts'

/** Sets a line up by plugging one board after the other: each new port becomes the next slot. */
export const Learn = ({ line, disabled }: { line: Line; disabled: boolean }) => {
  const t = useTexts()
  const act = useAct()
  const learn = (on: boolean) =>
    act(async () => {
      showLine(await client.bench.learn({ id: line.id, on }))
    })
  return (
    <section className="learn" data-on={line.learning} data-testid="learn">
      <UsbOutlined className="learn-icon" />
      <div>
        <b>
          {line.learning ? t('bench.setup.learnNow', { count: line.slots.length + 1 }) : t('bench.setup.learnTitle')}
        </b>
        <p className="secondary">{line.learning ? t('bench.setup.learnNext') : t('bench.setup.learnHint')}</p>
      </div>
      <Button
        type={line.learning ? 'primary' : 'default'}
        disabled={disabled}
        title={disabled ? t('bench.setup.saveFirst') : undefined}
        onClick={() => learn(!line.learning)}
        data-testid="learn-switch"
      >
        {line.learning ? t('bench.setup.learnStop') : t('bench.setup.learnStart')}
      </Button>
    </section>
  )
}
