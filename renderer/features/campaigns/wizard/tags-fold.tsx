import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Input } from 'antd'
import { tagLimits } from '#shared/limits.ts'
import { Fold } from '../../../components/fold.tsx'
import { useTexts } from '../../../i18n/i18n.ts'
import { tagFault } from './campaign-draft.ts'
import type { TagRow } from './draft-forms.ts'

interface TagsFoldProps {
  tags: readonly TagRow[]
  change: (tags: readonly TagRow[]) => void
}

/** Keys and values sent with the notice. */
export const TagsFold = ({ tags, change }: TagsFoldProps) => {
  const t = useTexts()
  const edit = (id: number, part: Partial<TagRow>) =>
    change(tags.map((row) => (row.id === id ? { ...row, ...part } : row)))
  const add = () => change([...tags, { id: (tags.at(-1)?.id ?? 0) + 1, key: '', value: '' }])
  const faultText = (row: TagRow) => {
    switch (tagFault(row, tags)) {
      case 'key':
        return t('campaigns.wizard.tagKeyBad')
      case 'twice':
        return t('campaigns.wizard.tagTwice')
      case 'value':
        return t('campaigns.wizard.tagLong', { max: tagLimits.valueMax })
      default:
        return undefined
    }
  }
  const filled = tags.filter((row) => row.key !== '').length
  return (
    <Fold
      title={t('campaigns.plan.sent')}
      value={filled === 0 ? t('campaigns.plan.none') : t('campaigns.plan.fold.tags', { count: filled })}
      testId="fold-tags"
    >
      <p className="secondary small">{t('campaigns.wizard.tagsHint', { count: tagLimits.count })}</p>
      <div className="tags">
        {tags.map((row) => (
          <div key={row.id} className="tag-row">
            <Input
              placeholder={t('campaigns.wizard.tagKey')}
              aria-label={t('campaigns.wizard.tagKey')}
              value={row.key}
              maxLength={30}
              status={faultText(row) === undefined ? '' : 'error'}
              onChange={(event) => edit(row.id, { key: event.target.value })}
            />
            <Input
              placeholder={t('campaigns.wizard.tagValue')}
              aria-label={t('campaigns.wizard.tagValue')}
              value={row.value}
              maxLength={tagLimits.valueMax}
              onChange={(event) => edit(row.id, { value: event.target.value })}
            />
            <Button
              type="text"
              icon={<DeleteOutlined />}
              aria-label={`${t('removeNow')} ${row.key}`}
              onClick={() => change(tags.filter((item) => item.id !== row.id))}
            />
            <span className="toned small" data-tone="failed">
              {faultText(row)}
            </span>
          </div>
        ))}
        <Button type="dashed" icon={<PlusOutlined />} disabled={tags.length >= tagLimits.count} onClick={add}>
          {t('campaigns.wizard.addTag')}
        </Button>
      </div>
    </Fold>
  )
}
