import { DownloadOutlined } from '@ant-design/icons'
import { Button, Modal, Select } from 'antd'
import { useState } from 'react'
import type { LogLevel } from '#shared/schema.ts'
import { client } from '../../api/client.ts'
import { useQuery } from '../../api/queries.ts'
import { saveFile } from '../../api/sent-file.ts'
import { Failed } from '../../components/empty-state.tsx'
import { Unanswered } from '../../components/unanswered.tsx'
import { useAct } from '../../components/use-action.ts'
import { formatBytes, formatDateTime } from '../../i18n/format.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'

const shownLevels = ['debug', 'info', 'warn', 'error'] as const satisfies readonly LogLevel[]

const LogFiles = () => {
  const t = useTexts()
  const language = useLanguage()
  const act = useAct()
  const { data, failure, reload } = useQuery('logs', (signal) => client.logs.list(undefined, { signal }))
  if (failure !== undefined && data === undefined) return <Failed failure={failure} retry={reload} />
  if (data?.items.length === 0) return <p className="secondary">{t('monitoring.noFiles')}</p>
  const save = (name: string) => act(async () => saveFile(await client.logs.read({ name }), 'application/x-ndjson'))
  return (
    <ul className="set-aside" data-testid="log-files">
      {data?.items.map(({ name, size, changedAt }) => (
        <li key={name}>
          <div>
            <span className="mono">{name}</span>{' '}
            <span className="secondary small">
              {formatBytes(size, language)} · {formatDateTime(changedAt, language)}
            </span>
          </div>
          <Button
            size="small"
            type="text"
            icon={<DownloadOutlined />}
            aria-label={`${t('monitoring.download')} ${name}`}
            title={t('monitoring.download')}
            onClick={() => void save(name)}
          />
        </li>
      ))}
    </ul>
  )
}

/** The newest lines of the log, from a level on, and its files. */
export const LogModal = ({ onClose }: { onClose: () => void }) => {
  const t = useTexts()
  const language = useLanguage()
  const [level, setLevel] = useState<LogLevel>('info')
  const query = useQuery(`log-${level}`, (signal) => client.logs.recent({ level, limit: 500 }, { signal }))
  return (
    <Modal open title={t('monitoring.log')} onCancel={onClose} footer={null} width={960} destroyOnHidden>
      <div className="log-filter">
        <label htmlFor="log-level">{t('monitoring.from')}</label>
        <Select
          id="log-level"
          value={level}
          onChange={setLevel}
          style={{ width: 120 }}
          options={shownLevels.map((value) => ({ value, label: t(`monitoring.levels.${value}`) }))}
        />
        <Button onClick={query.reload}>{t('monitoring.refresh')}</Button>
      </div>
      <div className="log-lines" data-testid="log-lines">
        {query.data === undefined ? (
          <Unanswered query={query} rows={8} />
        ) : query.data.items.length === 0 ? (
          <p className="secondary">{t('monitoring.noLines')}</p>
        ) : (
          <table>
            <tbody>
              {query.data.items.map((line, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a line of a log has nothing else of its own
                <tr key={at} data-level={line.level}>
                  <td className="mono">{formatDateTime(line.at, language)}</td>
                  <td>{t(`monitoring.levels.${line.level}`)}</td>
                  <td>
                    {line.message}
                    {line.detail !== '' && <div className="mono secondary small">{line.detail}</div>}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
      <h3>{t('monitoring.files')}</h3>
      <LogFiles />
    </Modal>
  )
}
