import { CloseOutlined, DeleteOutlined, DownloadOutlined, ReloadOutlined } from '@ant-design/icons'
import { Button, Progress } from 'antd'
import { useState } from 'react'
import type { Delta } from '#shared/schema.ts'
import { client } from '../../../api/client.ts'
import { saveDelta } from '../../../api/delta-file.ts'
import { codedFailure } from '../../../api/failure.ts'
import { StateWord } from '../../../components/state-label.tsx'
import { failureText } from '../../../components/status-text.ts'
import { useAct } from '../../../components/use-action.ts'
import { useConfirm } from '../../../components/use-confirm.tsx'
import { formatBytes, formatPercent } from '../../../i18n/format.ts'
import { useLanguage, useTexts } from '../../../i18n/i18n.ts'
import { adviceText, diffState, originText, sizeText } from './delta-text.ts'

interface DeltaRowProps {
  diff: Delta
  onChanged: () => void
}

const Actions = ({ diff, onChanged }: DeltaRowProps) => {
  const t = useTexts()
  const language = useLanguage()
  const act = useAct()
  const ask = useConfirm()
  const [fetching, setFetching] = useState(false)
  const { id, status, fromVersion: from, toVersion: to } = diff
  const open = status === 'queued' || status === 'running'
  const run = async (action: () => Promise<unknown>, done?: string) => {
    if ((await act(action, done)) !== undefined) onChanged()
  }
  const remove = () =>
    ask({
      title: t('deltas.removeTitle', { from, to }),
      loses:
        diff.fileName === null || diff.size === null
          ? []
          : [t('deltas.removeFile', { file: diff.fileName, size: formatBytes(diff.size, language) })],
      hint: t('deltas.removeUse', { from }),
      confirm: t('removeNow'),
      act: () => run(() => client.diffs.remove({ id }), t('deltas.gone')),
    })
  const labelled = (label: string) => ({ 'aria-label': `${label} ${from} → ${to}`, title: label })
  return (
    <span className="diff-actions">
      {open && (
        <Button
          size="small"
          icon={<CloseOutlined />}
          onClick={() => run(() => client.diffs.cancel({ id }))}
          data-testid={`diff-cancel-${id}`}
        >
          {t('deltas.cancel')}
        </Button>
      )}
      {status === 'failed' && diff.source === 'generated' && (
        <Button
          size="small"
          icon={<ReloadOutlined />}
          onClick={() => run(() => client.diffs.retry({ id }))}
          data-testid={`diff-retry-${id}`}
        >
          {t('deltas.retry')}
        </Button>
      )}
      {status === 'ready' && (
        <Button
          size="small"
          type="text"
          icon={<DownloadOutlined />}
          loading={fetching}
          {...labelled(t('deltas.download'))}
          onClick={async () => {
            setFetching(true)
            await act(() => saveDelta(diff))
            setFetching(false)
          }}
          data-testid={`diff-download-${id}`}
        />
      )}
      {!open && (
        <Button
          size="small"
          type="text"
          danger
          icon={<DeleteOutlined />}
          {...labelled(t('remove'))}
          onClick={remove}
          data-testid={`diff-remove-${id}`}
        />
      )}
    </span>
  )
}

/** One delta: its base version, its state, its savings, and its actions. */
export const DeltaRow = ({ diff, onChanged }: DeltaRowProps) => {
  const t = useTexts()
  const language = useLanguage()
  const { look, word } = diffState(diff)
  const sizes = diff.status === 'ready' ? sizeText(diff, t, language) : undefined
  const advice = diff.status === 'ready' ? adviceText(diff, t, language) : undefined
  const [size, ...rest] = sizes ?? []
  return (
    <li className="diff" data-testid={`diff-${diff.fromVersion}`} data-status={diff.status} data-id={diff.id}>
      <div className="diff-head">
        <b className="diff-from">{t('deltas.from', { from: diff.fromVersion, to: diff.toVersion })}</b>
        <span className="diff-format mono">{t(`deltas.formats.${diff.format}`)}</span>
        <StateWord look={look}>{t(`deltas.status.${word}`)}</StateWord>
        <Actions diff={diff} onChanged={onChanged} />
      </div>
      {diff.status === 'running' && (
        <Progress
          percent={diff.progress}
          size="small"
          status="active"
          format={(percent) => formatPercent(Math.floor(percent ?? 0), language)}
          aria-label={t('deltas.from', { from: diff.fromVersion, to: diff.toVersion })}
        />
      )}
      {sizes !== undefined && (
        <div className="diff-size">
          <span data-testid="diff-size" data-bytes={diff.size ?? 0}>
            <b>{size}</b> · {rest.join(' · ')}
          </span>
          <span className="bar" data-tone={advice === undefined ? 'passed' : 'person'} aria-hidden="true">
            <i style={{ width: `${Math.min(100, Math.max(1, (diff.ratio ?? 1) * 100))}%` }} />
          </span>
        </div>
      )}
      <span className="secondary small">
        {originText(diff, t, language).join(' · ')}
        {diff.status === 'ready' && (
          <>
            {' · '}
            <span className={diff.checked ? undefined : 'toned'} data-tone={diff.checked ? undefined : 'person'}>
              {t(diff.checked ? 'deltas.facts.checked' : 'deltas.facts.unchecked')}
            </span>
          </>
        )}
      </span>
      {advice !== undefined && (
        <p className="note" data-tone="person" data-testid="diff-advice">
          {advice}
        </p>
      )}
      {word === 'failed' && diff.error !== null && (
        <p className="note" data-tone="failed" role="alert">
          {failureText(codedFailure(diff.error, diff.errorData), language, t)}
        </p>
      )}
    </li>
  )
}
