import { Input, Modal } from 'antd'
import { useState } from 'react'
import type { Campaign } from '#shared/schema.ts'
import { client } from '../../../api/client.ts'
import { go } from '../../../app/router.ts'
import { useAct } from '../../../components/use-action.ts'
import { useTexts } from '../../../i18n/i18n.ts'

interface CloneModalProps {
  campaign: Campaign
  /** Only these devices; undefined: all that match now. */
  deviceIds?: readonly number[] | undefined
  open: boolean
  onClose: () => void
}

const LABEL_MAX = 64

/** Creates the same campaign again, for all or for chosen devices. */
export const CloneModal = ({ campaign, deviceIds, open, onClose }: CloneModalProps) => {
  const t = useTexts()
  const act = useAct()
  const [busy, setBusy] = useState(false)
  const [given, setGiven] = useState<string | null>(null)
  const name = given ?? [...t('campaigns.rollout.again', { name: campaign.name })].slice(0, LABEL_MAX).join('').trim()
  const clone = async () => {
    setBusy(true)
    const made = await act(() =>
      client.campaigns.clone({
        id: campaign.id,
        name: name.trim(),
        deviceIds: deviceIds === undefined ? undefined : [...deviceIds],
      }),
    )
    setBusy(false)
    if (made === undefined) return
    onClose()
    go('campaigns', made.id)
  }
  return (
    <Modal
      open={open}
      title={
        deviceIds === undefined
          ? t('campaigns.rollout.cloneTitle')
          : t('campaigns.rollout.cloneSomeTitle', { count: deviceIds.length })
      }
      okText={t('campaigns.rollout.cloneNow')}
      okButtonProps={{ loading: busy, disabled: name.trim() === '', ...{ 'data-testid': 'clone-confirm' } }}
      onOk={clone}
      onCancel={onClose}
      destroyOnHidden
      width={480}
    >
      <p className="secondary modal-hint">
        {deviceIds === undefined ? t('campaigns.rollout.cloneHint') : t('campaigns.rollout.cloneSomeHint')}
      </p>
      <label className="field" htmlFor="clone-name">
        <span>{t('campaigns.rollout.cloneName')}</span>
        <Input
          id="clone-name"
          value={name}
          maxLength={LABEL_MAX}
          onChange={(event) => setGiven(event.target.value)}
          onPressEnter={clone}
          data-testid="clone-name"
        />
      </label>
    </Modal>
  )
}
