import { PlusOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'
import type { Sink } from '#shared/schema.ts'
import { client } from '../../api/client.ts'
import { Failed, Skeleton } from '../../components/empty-state.tsx'
import { Panel } from '../../components/page.tsx'
import { useAct } from '../../components/use-action.ts'
import { useConfirm } from '../../components/use-confirm.tsx'
import { useTexts } from '../../i18n/i18n.ts'
import { emptySink, type SinkDraft, sinkDraftOf, sinkIn } from './sink-draft.ts'
import { SinkItem } from './sink-item.tsx'
import { SinkModal } from './sink-modal.tsx'
import { useSinks } from './use-sinks.ts'

/** Receivers of outgoing records: an engineer adds, tests, pauses and deletes them. */
export const SinksPanel = () => {
  const t = useTexts()
  const act = useAct()
  const ask = useConfirm()
  const { data, failure, loading, reload } = useSinks()
  const [editing, setEditing] = useState<Sink | 'new'>()
  const [freshId, setFreshId] = useState<number>()
  const sinks = data ?? []

  const save = async (draft: SinkDraft): Promise<boolean> => {
    const done = t('settings.sinks.saved', { name: draft.name.trim() })
    const saved = await act(
      () =>
        editing === 'new' || editing === undefined
          ? client.sinks.create({ kind: draft.kind, ...sinkIn(draft) })
          : client.sinks.update({ id: editing.id, ...sinkIn(draft) }),
      done,
    )
    if (editing === 'new') setFreshId(saved?.id)
    reload()
    return saved !== undefined
  }
  const enable = async ({ id, name }: Sink, enabled: boolean): Promise<void> => {
    const done = t(enabled ? 'settings.sinks.resumed' : 'settings.sinks.paused', { name })
    await act(() => client.sinks.update({ id, enabled }), done)
    reload()
  }
  const toggle = (sink: Sink) => {
    if (!sink.enabled) return void enable(sink, true)
    ask({
      title: t('settings.sinks.pauseTitle', { name: sink.name }),
      hint: t('settings.sinks.pauseHint'),
      confirm: t('settings.sinks.pause'),
      danger: false,
      act: () => enable(sink, false),
    })
  }
  const remove = ({ id, name, backlog }: Sink) =>
    ask({
      title: t('settings.sinks.removeTitle', { name }),
      loses: backlog === 0 ? [] : [t('settings.sinks.removeLoses', { count: backlog })],
      hint: t('settings.sinks.removeHint'),
      confirm: t('removeNow'),
      act: async () => {
        await act(() => client.sinks.remove({ id, force: true }), t('settings.sinks.removed', { name }))
        reload()
      },
    })
  return (
    <Panel
      title={t('settings.sinks.title')}
      testId="sinks-panel"
      extra={
        <Button
          icon={<PlusOutlined />}
          disabled={data === undefined}
          onClick={() => setEditing('new')}
          data-testid="sink-add"
        >
          {t('settings.sinks.add')}
        </Button>
      }
    >
      <p className="secondary">{t('settings.sinks.hint')}</p>
      {failure !== undefined && data === undefined && <Failed failure={failure} retry={reload} />}
      {loading && <Skeleton rows={2} />}
      {data !== undefined && sinks.length === 0 && <p className="secondary">{t('settings.sinks.empty')}</p>}
      <ul className="programmers">
        {sinks.map((sink) => (
          <SinkItem
            key={sink.id}
            sink={sink}
            fresh={sink.id === freshId}
            onEdit={() => setEditing(sink)}
            onToggle={() => toggle(sink)}
            onRemove={() => remove(sink)}
          />
        ))}
      </ul>
      {editing !== undefined && (
        <SinkModal
          title={
            editing === 'new' ? t('settings.sinks.addTitle') : t('settings.sinks.editTitle', { name: editing.name })
          }
          first={editing === 'new' ? emptySink('postgres') : sinkDraftOf(editing)}
          existing={editing !== 'new'}
          secretSet={editing !== 'new' && editing.secretSet}
          taken={sinks.flatMap((sink) => (sink === editing ? [] : [sink.name]))}
          onSave={save}
          onClose={() => setEditing(undefined)}
        />
      )}
    </Panel>
  )
}
