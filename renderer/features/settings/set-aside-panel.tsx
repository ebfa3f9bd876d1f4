import { DeleteOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import type { SetAsideFolder } from '#shared/schema.ts'
import { client } from '../../api/client.ts'
import { useQuery } from '../../api/queries.ts'
import { Failed } from '../../components/empty-state.tsx'
import { Panel } from '../../components/page.tsx'
import { useAct } from '../../components/use-action.ts'
import { useConfirm } from '../../components/use-confirm.tsx'
import { formatBytes, formatDateTime } from '../../i18n/format.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'

/** What the station set aside instead of deleting it, with its size; hidden where there is nothing. */
export const SetAsidePanel = () => {
  const t = useTexts()
  const language = useLanguage()
  const act = useAct()
  const ask = useConfirm()
  const { data, failure, reload } = useQuery('set-aside', (signal) => client.setAside.list(undefined, { signal }))
  if (data === undefined ? failure === undefined : data.items.length === 0) return null
  const what = ({ files, bytes }: SetAsideFolder) =>
    t('setAside.what', { count: files, size: formatBytes(bytes, language) })
  const remove = (folder: SetAsideFolder) =>
    ask({
      title: t('setAside.removeTitle', { name: folder.name }),
      loses: [`${t(`setAside.reasons.${folder.reason}`)}: ${what(folder)}`],
      hint: t('setAside.removeHint'),
      confirm: t('removeNow'),
      act: async () => {
        await act(() => client.setAside.remove({ name: folder.name }), t('setAside.removed'))
        reload()
      },
    })
  return (
    <Panel title={t('setAside.title')} testId="set-aside-panel">
      <p className="secondary">{t('setAside.hint')}</p>
      {failure !== undefined && data === undefined && <Failed failure={failure} retry={reload} />}
      <ul className="set-aside">
        {data?.items.map((folder) => (
          <li key={folder.name} data-testid={`set-aside-${folder.reason}`}>
            <div>
              <b>{t(`setAside.reasons.${folder.reason}`)}</b>
              <div className="secondary small">
                <time dateTime={folder.at}>{formatDateTime(folder.at, language)}</time> · {what(folder)} ·{' '}
                {folder.daysLeft === null ? t('setAside.kept') : t('setAside.daysLeft', { count: folder.daysLeft })}
              </div>
            </div>
            <Button
              size="small"
              type="text"
              danger
              icon={<DeleteOutlined />}
              aria-label={`${t('remove')} ${folder.name}`}
              title={t('remove')}
              onClick={() => remove(folder)}
              data-testid="set-aside-remove"
            />
          </li>
        ))}
      </ul>
    </Panel>
  )
}
