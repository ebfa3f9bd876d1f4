import { Form, type InputRef, Modal } from 'antd'
import { useRef, useState } from 'react'
import { client } from '../api/client.ts'
import { answerPin, holdTicket, useEngineerStore } from '../api/engineer.ts'
import { failureOf } from '../api/failure.ts'
import { PinInput, usePinRules } from '../components/pin-input.tsx'
import { failureText } from '../components/status-text.ts'
import { useLanguage, useTexts } from '../i18n/i18n.ts'

/** Asks for the engineer PIN whenever a call waits for it. */
export const PinDialog = () => {
  const t = useTexts()
  const language = useLanguage()
  const rules = usePinRules()
  const open = useEngineerStore((state) => state.waiting.length > 0)
  const [form] = Form.useForm<{ pin: string }>()
  const input = useRef<InputRef>(null)
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<string>()

  const unlock = async ({ pin }: { pin: string }) => {
    setBusy(true)
    try {
      holdTicket(await client.operator.unlock({ pin }))
      answerPin(true)
    } catch (error) {
      setFault(failureText(failureOf(error), language, t))
      form.resetFields()
    } finally {
      setBusy(false)
      input.current?.focus()
    }
  }
  return (
    <Modal
      open={open}
      title={t('operatorLock.dialogTitle')}
      width={400}
      zIndex={1300}
      destroyOnHidden
      okText={t('operatorLock.unlock')}
      cancelText={t('cancel')}
      confirmLoading={busy}
      okButtonProps={{ ...{ 'data-testid': 'pin-unlock' } }}
      onOk={() => form.submit()}
      onCancel={() => answerPin(false)}
      afterOpenChange={(shown) => {
        if (shown) input.current?.focus()
        else setFault(undefined)
      }}
    >
      <p className="secondary">{t('operatorLock.dialogHint')}</p>
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        preserve={false}
        onFinish={unlock}
        onValuesChange={() => setFault(undefined)}
      >
        <Form.Item
          name="pin"
          label={t('operatorLock.pin')}
          rules={rules}
          {...(fault === undefined
            ? {}
            : { validateStatus: 'error', help: <span data-testid="pin-fault">{fault}</span> })}
        >
          <PinInput ref={input} testId="pin-input" />
        </Form.Item>
      </Form>
      <p className="secondary small">{t('operatorLock.forgotten')}</p>
    </Modal>
  )
}
