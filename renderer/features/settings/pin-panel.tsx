import { LockOutlined, UnlockOutlined } from '@ant-design/icons'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useEngineerStore } from '../../api/engineer.ts'
import { useOperatorStore } from '../../api/operator.ts'
import { useLockNow } from '../../app/lock-switch.tsx'
import { Facts } from '../../components/facts.tsx'
import { Panel } from '../../components/page.tsx'
import { useTexts } from '../../i18n/i18n.ts'
import { PinModal, type PinTask } from './pin-modal.tsx'
import { SettingSwitch } from './setting-switch.tsx'

/** The operator of this screen, for the audit log. */
const OperatorField = () => {
  const t = useTexts()
  const { name, rename } = useOperatorStore()
  const [typed, setTyped] = useState(name)
  return (
    <div>
      <Input
        value={typed}
        maxLength={64}
        style={{ maxWidth: 260 }}
        placeholder={t('reports.audit.operatorPlaceholder')}
        aria-label={t('reports.audit.operator')}
        data-testid="operator-name"
        onChange={(event) => setTyped(event.target.value)}
        onBlur={() => rename(typed)}
        onPressEnter={() => rename(typed)}
      />
      <div className="secondary small">{t('reports.audit.operatorHint')}</div>
    </div>
  )
}

/** The operator, and the PIN without which operators change nothing of the bench. */
export const PinPanel = () => {
  const t = useTexts()
  const lockNow = useLockNow()
  const pinSet = useEngineerStore((state) => state.pinSet)
  const engineer = useEngineerStore((state) => state.ticket !== undefined)
  const [task, setTask] = useState<PinTask>()
  const state = !pinSet ? 'stateOff' : engineer ? 'stateEngineer' : 'stateOn'
  return (
    <Panel title={t('operatorLock.title')} testId="pin-panel">
      <Facts
        items={[
          [t('reports.audit.operator'), <OperatorField key="o" />],
          [
            t('operatorLock.state'),
            <span key="s" data-testid="pin-state" data-state={state}>
              {pinSet && !engineer ? <LockOutlined /> : <UnlockOutlined />} {t(`operatorLock.${state}`)}
            </span>,
          ],
        ]}
      />
      <div className="pin-actions">
        {pinSet ? (
          <>
            {engineer && (
              <Button icon={<LockOutlined />} onClick={() => void lockNow()}>
                {t('operatorLock.lockNow')}
              </Button>
            )}
            <Button onClick={() => setTask('change')} data-testid="pin-change">
              {t('operatorLock.change')}
            </Button>
            <Button danger onClick={() => setTask('remove')} data-testid="pin-remove">
              {t('operatorLock.remove')}
            </Button>
          </>
        ) : (
          <Button disabled={pinSet === undefined} onClick={() => setTask('set')} data-testid="pin-set">
            {t('operatorLock.set')}
          </Button>
        )}
      </div>
      <SettingSwitch
        setting="repeatByEngineers"
        label={t('operatorLock.repeatOnly')}
        hint={t('operatorLock.repeatOnlyHint')}
        initially={false}
        testId="repeat-only"
      />
      {task !== undefined && <PinModal task={task} onClose={() => setTask(undefined)} />}
    </Panel>
  )
}
