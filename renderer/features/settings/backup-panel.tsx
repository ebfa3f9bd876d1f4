import { CloudDownloadOutlined, UndoOutlined } from '@ant-design/icons'
import { Button, Progress } from 'antd'
import { useCallback, useState } from 'react'
import type { BackupStatus, HeldRestore } from '#shared/schema.ts'
import { downloadBackup, sendBackup } from '../../api/backup.ts'
import { client } from '../../api/client.ts'
import { usePolled, useQuery } from '../../api/queries.ts'
import { useFilePicker } from '../../components/file-picker.tsx'
import { ListBody } from '../../components/list-body.tsx'
import { listOf } from '../../components/list-state.ts'
import { Panel } from '../../components/page.tsx'
import { useAct } from '../../components/use-action.ts'
import { useConfirm } from '../../components/use-confirm.tsx'
import { formatBytes, formatDateTime } from '../../i18n/format.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'

/**
 * Asks whether a checked backup should replace the present data, and names what is lost. @param onDone called after it was confirmed or
 * dropped.
 */
const useRestoreQuestion = (onDone: () => void): ((held: HeldRestore) => void) => {
  const t = useTexts()
  const language = useLanguage()
  const act = useAct()
  const ask = useConfirm()
  return useCallback(
    ({ id, source, createdAt, whole, holds, now, missingFiles }: HeldRestore) =>
      ask({
        title: t('backup.question.title', { source }),
        loses: [
          createdAt === null
            ? t('backup.question.sinceUnknown')
            : t('backup.question.since', { time: formatDateTime(createdAt, language) }),
          t('backup.question.present', now),
          t('backup.question.content', holds),
          ...(whole ? [t('backup.question.whole')] : []),
          ...(missingFiles > 0 ? [t('backup.question.missing', { count: missingFiles })] : []),
        ],
        hint: t('backup.question.hint'),
        confirm: t('backup.question.confirm'),
        act: async () => {
          await act(() => client.backups.confirm({ id }), t('backup.restored'))
          onDone()
        },
        onKeep: () => void act(() => client.backups.discard({ id })).then(onDone),
      }),
    [act, ask, t, language, onDone],
  )
}

/** Milliseconds between two queries of a running backup or restore. */
const LOOK_MS = 1000

/** The progress of a backup or restore. `sent`: bytes of a file sent to the station. */
const RestoreProgress = ({
  running,
  sent,
}: {
  running: BackupStatus['running']
  sent: { bytes: number; of: number } | undefined
}) => {
  const t = useTexts()
  const language = useLanguage()
  const now = sent ? { kind: 'restore' as const, bytes: sent.bytes, total: sent.of } : running
  if (!now) return null
  const percent = now.total ? Math.min(100, Math.floor((now.bytes / now.total) * 100)) : 0
  return (
    <div className="backup-running" role="status" data-testid="backup-running">
      <span>
        {t(`backup.running.${now.kind}`)} {formatBytes(now.bytes, language)}
        {now.total ? ` / ${formatBytes(now.total, language)}` : ''}
      </span>
      <Progress percent={percent} showInfo={false} size="small" status="active" />
    </div>
  )
}

/** The station's own backups, a whole one to download, and the restore from either. */
export const BackupPanel = () => {
  const t = useTexts()
  const language = useLanguage()
  const act = useAct()
  const list = listOf(useQuery('backups', (signal) => client.backups.list(undefined, { signal })))
  const status = useQuery('backup-status', (signal) => client.backups.status(undefined, { signal }))
  usePolled(status, LOOK_MS)
  const ask = useRestoreQuestion(status.reload)
  const [sent, setSent] = useState<{ bytes: number; of: number }>()
  const [asking, setAsking] = useState(false)
  const { running = null, held = null, restarting = false } = status.data ?? {}
  const busy = running !== null || sent !== undefined || restarting || asking

  const send = async (file: File) => {
    setSent({ bytes: 0, of: file.size })
    const found = await act(() => sendBackup(file, (bytes) => setSent({ bytes, of: file.size })))
    setSent(undefined)
    if (found) ask(found)
  }
  const prepare = async (name: string) => {
    setAsking(true)
    const found = await act(() => client.backups.prepare({ name }))
    setAsking(false)
    if (found) ask(found)
  }
  const { picker, choose } = useFilePicker({ accept: '.tar', onFiles: ([file]) => void send(file) })
  return (
    <Panel title={t('backup.title')} testId="backup-panel">
      <p className="secondary">{t('backup.hint')}</p>
      <div className="pin-actions">
        <Button
          type="primary"
          icon={<CloudDownloadOutlined />}
          disabled={busy}
          onClick={() => void act(downloadBackup, t('backup.starting'))}
          data-testid="backup-now"
        >
          {t('backup.now')}
        </Button>
        <Button icon={<UndoOutlined />} disabled={busy} onClick={choose} data-testid="restore-file">
          {t('backup.fromFile')}
        </Button>
        {picker}
      </div>
      <RestoreProgress running={running} sent={sent} />
      {restarting && (
        <p className="note" data-tone="person" role="status">
          {t('backup.restarting')}
        </p>
      )}
      {held !== null && !restarting && (
        <div className="note backup-held" data-tone="person" data-testid="restore-held">
          <span>{t('backup.waits', { source: held.source })}</span>
          <Button size="small" onClick={() => ask(held)}>
            {t('backup.decide')}
          </Button>
          <Button
            size="small"
            onClick={() => void act(() => client.backups.discard({ id: held.id })).then(status.reload)}
          >
            {t('backup.drop')}
          </Button>
        </div>
      )}
      <h3 className="backup-own">{t('backup.own')}</h3>
      <ListBody list={list} skeletonRows={2} empty={<p className="secondary">{t('backup.none')}</p>}>
        <ul className="set-aside">
          {list.items.map(({ name, createdAt, size }) => (
            <li key={name} data-testid="own-backup">
              <span>
                <time dateTime={createdAt} title={name}>
                  {formatDateTime(createdAt, language)}
                </time>{' '}
                <span className="secondary small">{formatBytes(size, language)}</span>
              </span>
              <Button
                size="small"
                disabled={busy}
                onClick={() => void prepare(name)}
                aria-label={`${t('backup.restore')} ${name}`}
                data-testid="restore-own"
              >
                {t('backup.restore')}
              </Button>
            </li>
          ))}
        </ul>
      </ListBody>
    </Panel>
  )
}
