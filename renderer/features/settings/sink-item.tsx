import { CaretRightOutlined, DeleteOutlined, EditOutlined, PauseOutlined } from '@ant-design/icons'
import { Button, Tag } from 'antd'
import { useEffect, useState } from 'react'
import type { Sink, SinkTest } from '#shared/schema.ts'
import { sinkFaultText } from '#shared/sink-texts.ts'
import { client } from '../../api/client.ts'
import { StateWord } from '../../components/state-label.tsx'
import type { Look } from '../../components/tones.ts'
import { useAct } from '../../components/use-action.ts'
import { formatClock, formatCount, formatDateTime } from '../../i18n/format.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'

/** How a receiver looks: an error counts more than its state. */
const lookOf = ({ state, full }: Sink): Look => {
  if (full) return { tone: 'failed', glyph: '✕' }
  switch (state) {
    case 'paused':
      return { tone: 'person', glyph: '‖' }
    case 'waiting':
      return { tone: 'failed', glyph: '!' }
    case 'sending':
      return { tone: 'running', glyph: '▶' }
    case 'idle':
      return { tone: 'passed', glyph: '✓' }
  }
}

interface ItemProps {
  sink: Sink
  /** It was just added: it is tested at once. */
  fresh: boolean
  onEdit: () => void
  onToggle: () => void
  onRemove: () => void
}

/** One receiver: where it is, how it goes, and what can be done with it. */
export const SinkItem = ({ sink, fresh, onEdit, onToggle, onRemove }: ItemProps) => {
  const t = useTexts()
  const language = useLanguage()
  const act = useAct()
  const [testing, setTesting] = useState(false)
  const [tested, setTested] = useState<{ readonly of: string; readonly result: SinkTest }>()
  const { id, kind, name, url, enabled, state, backlog, backlogSince, lastSentAt, lastError, nextTryAt, full, missed } =
    sink
  /** A result is outdated by other settings and by a later error. */
  const asked = `${url} ${lastError?.at}`
  const test = async () => {
    setTesting(true)
    const result = await act(() => client.sinks.test({ id }))
    setTesting(false)
    if (result !== undefined) setTested({ of: asked, result })
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it was added
  useEffect(() => {
    if (fresh) void test()
  }, [fresh])
  const time = (iso: string) => formatDateTime(iso, language)
  const facts = [
    backlog === 0
      ? t('settings.sinks.noBacklog')
      : `${t('settings.sinks.backlog', { count: backlog, formatted: formatCount(backlog, language) })}${
          backlogSince === null ? '' : ` ${t('settings.sinks.since', { when: time(backlogSince) })}`
        }`,
    lastSentAt === null ? t('settings.sinks.neverSent') : t('settings.sinks.lastSent', { when: time(lastSentAt) }),
    ...(nextTryAt === null || state !== 'waiting'
      ? []
      : [t('settings.sinks.nextTry', { when: formatClock(nextTryAt, language) })]),
  ]
  const word = state === 'idle' && lastSentAt === null ? t('settings.sinks.ready') : t(`settings.sinks.states.${state}`)
  return (
    <li data-testid={`sink-${name}`} data-state={state} data-backlog={backlog}>
      <div className="sink-head">
        <div>
          <b>{name}</b> <Tag>{t(`settings.sinks.kinds.${kind}`)}</Tag> <StateWord look={lookOf(sink)}>{word}</StateWord>
          <div className="secondary small mono programmer-path" title={url}>
            {url}
          </div>
          <div className="small">{facts.join(' · ')}</div>
        </div>
        <Button loading={testing} onClick={test} data-testid="sink-test">
          {t(testing ? 'settings.sinks.testing' : 'settings.sinks.test')}
        </Button>
        <Button
          type="text"
          icon={enabled ? <PauseOutlined /> : <CaretRightOutlined />}
          aria-label={`${t(enabled ? 'settings.sinks.pause' : 'settings.sinks.resume')} ${name}`}
          title={t(enabled ? 'settings.sinks.pause' : 'settings.sinks.resume')}
          onClick={onToggle}
          data-testid="sink-toggle"
        />
        <Button
          type="text"
          icon={<EditOutlined />}
          aria-label={t('settings.sinks.edit', { name })}
          title={t('settings.sinks.edit', { name })}
          onClick={onEdit}
          data-testid="sink-edit"
        />
        <Button
          type="text"
          danger
          icon={<DeleteOutlined />}
          aria-label={`${t('remove')} ${name}`}
          title={t('remove')}
          onClick={onRemove}
          data-testid="sink-remove"
        />
      </div>
      {full && (
        <p className="sink-note" data-tone="failed">
          {t('settings.sinks.full')}
        </p>
      )}
      {missed > 0 && <p className="sink-note">{t('settings.sinks.missed', { count: missed })}</p>}
      {lastError !== null && (
        <p className="sink-note" data-tone="failed" data-testid="sink-error" data-code={lastError.code}>
          {time(lastError.at)} {sinkFaultText(lastError.code, language, lastError.data)}
        </p>
      )}
      {tested?.of === asked && (
        <p className="sink-note" data-testid="sink-result" data-ok={tested.result.ok}>
          {tested.result.error === null ? (
            <StateWord look={{ tone: 'passed', glyph: '✓' }}>
              {t('settings.sinks.testOk', { ms: tested.result.ms })}
            </StateWord>
          ) : (
            <StateWord look={{ tone: 'failed', glyph: '✕' }}>
              {sinkFaultText(tested.result.error.code, language, tested.result.error.data)}
            </StateWord>
          )}
        </p>
      )}
    </li>
  )
}
