import { Select } from 'antd'
import { useState } from 'react'
import type { Device } from '#shared/schema.ts'
import { client } from '../../../api/client.ts'
import { useQuery } from '../../../api/queries.ts'
import { useAct } from '../../../components/use-action.ts'
import { useTexts } from '../../../i18n/i18n.ts'
import { useLiveStore } from '../../../live/live-store.ts'
import { cleanTags, tagsFit } from './tag-changes.ts'

/** The tags of one device, saved at every change. */
export const TagsField = ({ device }: { device: Device }) => {
  const t = useTexts()
  const act = useAct()
  const [pending, setPending] = useState<string[] | null>(null)
  const known = useQuery(`tags/${device.productId}`, (signal) =>
    client.devices.tags({ productId: device.productId }, { signal }),
  )
  const shown = pending ?? device.tags
  const fits = tagsFit(shown)
  const save = async (typed: string[]) => {
    const tags = cleanTags(typed)
    setPending(tags)
    if (!tagsFit(tags)) return
    const changed = await act(() => client.devices.update({ id: device.id, tags }), t('saved'))
    if (changed !== undefined) useLiveStore.getState().apply([{ type: 'device', ...changed }])
    setPending(null)
  }
  return (
    <>
      <Select
        mode="tags"
        style={{ width: '100%' }}
        aria-label={t('deviceTags.column')}
        placeholder={t('deviceTags.hint')}
        status={fits ? '' : 'error'}
        value={shown}
        onChange={save}
        tokenSeparators={[',', '，']}
        options={known.data?.items.map(({ tag }) => ({ value: tag, label: tag })) ?? []}
        data-testid="device-tags"
      />
      {!fits && (
        <p className="toned small" data-tone="failed" role="alert">
          ✕ {t('deviceTags.full')}
        </p>
      )}
    </>
  )
}
