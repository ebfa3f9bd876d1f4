import { UsbOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useEffect, useRef } from 'react'
import type { Line } from '#shared/schema.ts'
import { client } from '../../../api/client.ts'
import { useAct } from '../../../components/use-action.ts'
import { useTexts } from '../../../i18n/i18n.ts'
import { showLine } from '../bench-store.ts'
import { play } from '../sound.ts'
import { useSoundStore } from '../sound-store.ts'

/** Plays a sound for every learned slot, because the user looks at the boards, not at the screen. */
const useLearnedSound = ({ learning, slots }: Line): void => {
  const on = useSoundStore((state) => state.on)
  const before = useRef(slots.length)
  useEffect(() => {
    if (on && learning && slots.length > before.current) play('pass')
    before.current = slots.length
  }, [on, learning, slots.length])
}

/** Sets up a line: the user plugs in one board after the other, and each new port becomes the next slot. */
export const Learn = ({ line, disabled }: { line: Line; disabled: boolean }) => {
  const t = useTexts()
  const act = useAct()
  useLearnedSound(line)
  const { learning, slots } = line
  const latest = slots.at(-1)
  const learn = (on: boolean) =>
    act(async () => {
      showLine(await client.bench.learn({ id: line.id, on }))
    })
  return (
    <section className="learn" data-on={learning} data-testid="learn">
      {learning ? (
        <span className="learn-next" aria-hidden="true">
          {slots.length + 1}
        </span>
      ) : (
        <UsbOutlined className="learn-icon" />
      )}
      <div aria-live="polite">
        <b>{learning ? t('bench.setup.learnNow', { count: slots.length + 1 }) : t('bench.setup.learnTitle')}</b>
        <p className="secondary">{learning ? t('bench.setup.learnNext') : t('bench.setup.learnHint')}</p>
        {learning && latest !== undefined && (
          <p className="toned" data-tone="passed">
            ✓ {t('bench.setup.learned', { label: latest.label, place: latest.location ?? latest.path ?? '' })}
          </p>
        )}
      </div>
      <Button
        type={learning ? 'primary' : 'default'}
        disabled={disabled}
        title={disabled ? t('bench.setup.saveFirst') : undefined}
        onClick={() => learn(!learning)}
        data-testid="learn-switch"
      >
        {learning ? t('bench.setup.learnStop') : t('bench.setup.learnStart')}
      </Button>
    </section>
  )
}
