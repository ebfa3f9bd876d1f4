import { LockOutlined, UnlockOutlined } from '@ant-design/icons'
import { client } from '../api/client.ts'
import { askForPin, dropTicket, useEngineerStore } from '../api/engineer.ts'
import { useAct } from '../components/use-action.ts'
import { useTexts } from '../i18n/i18n.ts'

/** Locks this screen and ends its ticket at the station. */
export const useLockNow = () => {
  const act = useAct()
  return async (): Promise<void> => {
    await act(() => client.operator.lock())
    dropTicket()
  }
}

/** Shows operator or engineer and switches between them; nothing while no PIN is set. */
export const LockSwitch = () => {
  const t = useTexts()
  const lockNow = useLockNow()
  const pinSet = useEngineerStore((state) => state.pinSet)
  const engineer = useEngineerStore((state) => state.ticket !== undefined)
  if (!pinSet) return null
  const label = engineer ? t('operatorLock.lockTitle') : t('operatorLock.unlockTitle')
  return (
    <button
      type="button"
      className="rail-item"
      data-testid="lock-switch"
      data-engineer={engineer}
      aria-label={label}
      title={label}
      onClick={() => void (engineer ? lockNow() : askForPin())}
    >
      {engineer ? <UnlockOutlined /> : <LockOutlined />}
      {engineer ? t('operatorLock.engineer') : t('operatorLock.operator')}
    </button>
  )
}
