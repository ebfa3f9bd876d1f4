import { Form, Modal } from 'antd'
import { useState } from 'react'
import { client } from '../../api/client.ts'
import { dropTicket, holdTicket, useEngineerStore } from '../../api/engineer.ts'
import { PinInput, usePinRules } from '../../components/pin-input.tsx'
import { useAct } from '../../components/use-action.ts'
import { useTexts } from '../../i18n/i18n.ts'

export type PinTask = 'set' | 'change' | 'remove'

interface Values {
  current: string
  next: string
}

/** Sets, changes or removes the engineer PIN. */
export const PinModal = ({ task, onClose }: { task: PinTask; onClose: () => void }) => {
  const t = useTexts()
  const act = useAct()
  const rules = usePinRules()
  const [form] = Form.useForm<Values>()
  const [busy, setBusy] = useState(false)

  const set = async ({ current, next }: Values) => {
    holdTicket(await client.operator.setPin({ pin: next, ...(task === 'change' && { current }) }))
    return true
  }
  const remove = async ({ current }: Values) => {
    await client.operator.removePin({ current })
    dropTicket()
    useEngineerStore.setState({ pinSet: false })
    return true
  }
  const finish = async (values: Values) => {
    setBusy(true)
    const done = await (task === 'remove'
      ? act(() => remove(values), t('operatorLock.removed'))
      : act(() => set(values), t('operatorLock.done')))
    setBusy(false)
    if (done) onClose()
  }
  return (
    <Modal
      open
      title={t(`operatorLock.${task}`).replace('…', '')}
      width={400}
      okText={task === 'remove' ? t('operatorLock.removeNow') : t('save')}
      okButtonProps={{ danger: task === 'remove', ...{ 'data-testid': 'pin-save' } }}
      cancelText={t('cancel')}
      confirmLoading={busy}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <p className="secondary">{task === 'remove' ? t('operatorLock.removeHint') : t('operatorLock.forget')}</p>
      <Form form={form} layout="vertical" requiredMark={false} onFinish={finish}>
        {task !== 'set' && (
          <Form.Item name="current" label={t('operatorLock.current')} rules={rules}>
            <PinInput testId="pin-current" />
          </Form.Item>
        )}
        {task !== 'remove' && (
          <>
            <Form.Item name="next" label={t('operatorLock.next')} extra={t('operatorLock.rule')} rules={rules}>
              <PinInput testId="pin-next" />
            </Form.Item>
            <Form.Item
              name="repeat"
              label={t('operatorLock.repeat')}
              dependencies={['next']}
              rules={[
                ({ getFieldValue }) => ({
                  validator: (_, value) =>
                    value === getFieldValue('next')
                      ? Promise.resolve()
                      : Promise.reject(new Error(t('operatorLock.differs'))),
                }),
              ]}
            >
              <PinInput testId="pin-repeat" />
            </Form.Item>
          </>
        )}
        <button type="submit" hidden />
      </Form>
    </Modal>
  )
}
