import { DeleteOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import type { BaseImage, Package } from '#shared/schema.ts'
import { client } from '../../../api/client.ts'
import { useQuery } from '../../../api/queries.ts'
import { useAct } from '../../../components/use-action.ts'
import { useConfirm } from '../../../components/use-confirm.tsx'
import { formatBytes, formatDateTime } from '../../../i18n/format.ts'
import { useLanguage, useTexts } from '../../../i18n/i18n.ts'

interface UploadedBasesProps {
  pack: Package
  /** One was deleted. */
  onChanged: () => void
}

/** Images uploaded for earlier versions of the module: kept for the next delta, and deletable. */
export const UploadedBases = ({ pack: { productId, module }, onChanged }: UploadedBasesProps) => {
  const t = useTexts()
  const language = useLanguage()
  const act = useAct()
  const ask = useConfirm()
  const { data, reload } = useQuery(`bases/${productId}/${module}`, (signal) =>
    client.bases.list({ id: productId, module }, { signal }),
  )
  if (data === undefined || data.items.length === 0) return null
  const remove = ({ id, version, name, size }: BaseImage) =>
    ask({
      title: t('deltas.bases.removeTitle', { version }),
      loses: [t('deltas.bases.removeFile', { name, size: formatBytes(size, language) })],
      hint: t('deltas.bases.removeUse', { version }),
      confirm: t('removeNow'),
      act: async () => {
        if ((await act(() => client.bases.remove({ id }), t('deltas.bases.gone'))) === undefined) return
        reload()
        onChanged()
      },
    })
  return (
    <section className="uploaded-bases" aria-label={t('deltas.bases.title')}>
      <h4>{t('deltas.bases.title')}</h4>
      <ul>
        {data.items.map((image) => (
          <li key={image.id} data-testid={`uploaded-${image.version}`}>
            <b>{image.version}</b>
            <span className="base-name" title={image.name}>
              {image.name}
            </span>
            <span className="secondary small">
              {formatBytes(image.size, language)} · {formatDateTime(image.createdAt, language)}
            </span>
            <Button
              size="small"
              type="text"
              danger
              icon={<DeleteOutlined />}
              aria-label={`${t('remove')} ${image.version}`}
              title={t('remove')}
              onClick={() => remove(image)}
              data-testid={`uploaded-remove-${image.version}`}
            />
          </li>
        ))}
      </ul>
    </section>
  )
}
