import { Button, Input, Modal } from 'antd'
import { useState } from 'react'
import type { Package } from '#shared/schema.ts'
import { client } from '../../api/client.ts'
import { useAct } from '../../components/use-action.ts'
import { useTexts } from '../../i18n/i18n.ts'

const REASON_MAX = 1024

/** Allows upgrades without a verification, after the user has given a reason; the station stores it. */
export const SkipButton = ({ pack, onSkipped }: { pack: Package; onSkipped: () => void }) => {
  const t = useTexts()
  const act = useAct()
  const [open, setOpen] = useState(false)
  const [busy, setBusy] = useState(false)
  const [reason, setReason] = useState('')
  const close = () => {
    setOpen(false)
    setReason('')
  }
  const skip = async () => {
    setBusy(true)
    const done = await act(() => client.packages.skipVerification({ id: pack.id, reason: reason.trim() }))
    setBusy(false)
    if (done === undefined) return
    close()
    onSkipped()
  }
  return (
    <>
      <Button onClick={() => setOpen(true)} data-testid="package-skip">
        {t('packages.detail.skip')}
      </Button>
      <Modal
        open={open}
        title={t('packages.detail.skipTitle', { name: pack.name })}
        okText={t('packages.detail.skipNow')}
        okButtonProps={{
          danger: true,
          loading: busy,
          disabled: reason.trim() === '',
          ...{ 'data-testid': 'confirm-yes' },
        }}
        cancelText={t('cancel')}
        onOk={skip}
        onCancel={close}
        destroyOnHidden
        width={460}
      >
        <p className="secondary modal-hint">{t('packages.detail.skipHint')}</p>
        <label className="field" htmlFor="skip-reason">
          <span>{t('packages.detail.skipReason')}</span>
          <Input.TextArea
            id="skip-reason"
            rows={3}
            autoFocus
            value={reason}
            maxLength={REASON_MAX}
            placeholder={t('packages.detail.skipReasonHint')}
            onChange={(event) => setReason(event.target.value)}
            data-testid="skip-reason"
          />
        </label>
      </Modal>
    </>
  )
}
