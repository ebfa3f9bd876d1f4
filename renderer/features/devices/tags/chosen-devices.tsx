import { Button, Modal, Select } from 'antd'
import { useState } from 'react'
import type { Device } from '#shared/schema.ts'
import { client } from '../../../api/client.ts'
import { clearSelection, type Selection, useSelected } from '../../../components/selection.tsx'
import { useAct } from '../../../components/use-action.ts'
import { useTexts } from '../../../i18n/i18n.ts'
import { cleanTags, tagChanges, tagsFit } from './tag-changes.ts'

interface ChosenProps {
  devices: readonly Device[]
  selection: Selection
  onChanged: () => void
}

/** Actions for the selected devices: change the tags of all at once. */
export const ChosenDevices = ({ devices, selection, onChanged }: ChosenProps) => {
  const t = useTexts()
  const act = useAct()
  const ids = useSelected(selection)
  const [open, setOpen] = useState(false)
  const [busy, setBusy] = useState(false)
  const [added, setAdded] = useState<string[]>([])
  const [removed, setRemoved] = useState<string[]>([])
  if (ids.size === 0) return null
  const chosen = devices.filter((device) => ids.has(device.id))
  const carried = cleanTags(chosen.flatMap((device) => device.tags)).sort()
  const changes = tagChanges(chosen, added, removed)
  const fits = tagsFit(added) && changes.every(({ tags }) => tagsFit(tags))
  const close = () => {
    setOpen(false)
    setAdded([])
    setRemoved([])
  }
  const save = async () => {
    setBusy(true)
    const done = await act(
      () => client.devices.changeTags({ deviceIds: changes.map(({ id }) => id), add: added, remove: removed }),
      t('deviceTags.saved', { count: changes.length }),
    )
    setBusy(false)
    onChanged()
    if (done !== undefined) close()
  }
  return (
    <>
      <span className="strong" data-testid="devices-chosen">
        {t('deviceTags.chosen', { count: ids.size })}
      </span>
      <Button size="small" onClick={() => setOpen(true)} data-testid="edit-tags">
        {t('deviceTags.edit')}
      </Button>
      <Button size="small" onClick={() => clearSelection(selection)}>
        {t('deviceTags.clear')}
      </Button>
      <Modal
        open={open}
        title={t('deviceTags.title', { count: chosen.length })}
        okText={t('deviceTags.save')}
        okButtonProps={{
          loading: busy,
          disabled: changes.length === 0 || !fits,
          ...{ 'data-testid': 'tags-save' },
        }}
        onOk={save}
        onCancel={close}
        width={480}
      >
        <div className="field">
          <span>{t('deviceTags.add')}</span>
          <Select
            mode="tags"
            aria-label={t('deviceTags.add')}
            placeholder={t('deviceTags.hint')}
            status={fits ? '' : 'error'}
            value={added}
            onChange={(tags) => setAdded(cleanTags(tags))}
            tokenSeparators={[',', '，']}
            options={carried.map((tag) => ({ value: tag, label: tag }))}
            data-testid="tags-add"
          />
          {!fits && (
            <span className="toned small" data-tone="failed" role="alert">
              ✕ {t('deviceTags.full')}
            </span>
          )}
        </div>
        <div className="field">
          <span>{t('deviceTags.remove')}</span>
          <Select
            mode="multiple"
            aria-label={t('deviceTags.remove')}
            disabled={carried.length === 0}
            placeholder={carried.length === 0 ? t('deviceTags.nothing') : t('deviceTags.removeHint')}
            value={removed}
            onChange={setRemoved}
            options={carried.map((tag) => ({ value: tag, label: tag }))}
            data-testid="tags-remove"
          />
        </div>
      </Modal>
    </>
  )
}
