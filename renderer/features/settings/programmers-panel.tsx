import { DeleteOutlined, EditOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Dropdown } from 'antd'
import { useState } from 'react'
import { fromTemplate, programmerTemplates, systemOf } from '#shared/programmers/templates.ts'
import type { Programmer } from '#shared/schema.ts'
import { client } from '../../api/client.ts'
import { useQuery } from '../../api/queries.ts'
import { Failed, Skeleton } from '../../components/empty-state.tsx'
import { Panel } from '../../components/page.tsx'
import { useAct } from '../../components/use-action.ts'
import { useConfirm } from '../../components/use-confirm.tsx'
import { useTexts } from '../../i18n/i18n.ts'
import { emptyProgrammer, type ProgrammerDraft, programmerDraftOf } from './programmer-draft.ts'
import { ProgrammerModal } from './programmer-modal.tsx'
import { ProgrammerTrial } from './programmer-trial.tsx'

/** What the form edits: a new programmer, or one by its name. */
interface Editing {
  readonly name: string | undefined
  readonly draft: ProgrammerDraft
}

/** A free name for a new programmer: `openocd`, `openocd-2`. */
const freeName = (name: string, taken: readonly string[]): string => {
  if (!taken.includes(name)) return name
  for (let number = 2; ; number++) if (!taken.includes(`${name}-${number}`)) return `${name}-${number}`
}

/** External programs that recipes may name: an engineer adds, tests and removes them. */
export const ProgrammersPanel = () => {
  const t = useTexts()
  const act = useAct()
  const ask = useConfirm()
  const query = useQuery('settings', (signal) => client.station.settings(undefined, { signal }))
  const station = useQuery('station', (signal) => client.station.info(undefined, { signal }))
  const [editing, setEditing] = useState<Editing>()
  const programmers = query.data?.programmers ?? []
  const names = programmers.map(({ name }) => name)

  /** Changes the list as it is on the station now, which another screen may have changed. */
  const change = async (next: (now: readonly Programmer[]) => Programmer[], done: string): Promise<boolean> => {
    const saved = await act(async () => {
      const { programmers: now } = await client.station.settings()
      return client.station.updateSettings({ programmers: next(now) })
    }, done)
    query.reload()
    return saved !== undefined
  }
  const save = (before: string | undefined) => (programmer: Programmer) =>
    change(
      (now) =>
        now.some(({ name }) => name === before)
          ? now.map((one) => (one.name === before ? programmer : one))
          : [...now, programmer],
      t('settings.programmers.saved', { name: programmer.name }),
    )
  const remove = ({ name }: Programmer) =>
    ask({
      title: t('settings.programmers.removeTitle', { name }),
      loses: [t('settings.programmers.removeLoses')],
      confirm: t('removeNow'),
      act: () => change((now) => now.filter((one) => one.name !== name), t('settings.programmers.removed', { name })),
    })
  const begin = (key: string) => {
    const template = programmerTemplates.find(({ title }) => title === key)
    const system = systemOf(station.data?.dataDirectory ?? '')
    const draft = template ? programmerDraftOf(fromTemplate(template, system)) : emptyProgrammer
    setEditing({ name: undefined, draft: { ...draft, name: draft.name === '' ? '' : freeName(draft.name, names) } })
  }
  return (
    <Panel
      title={t('settings.programmers.title')}
      testId="programmers-panel"
      extra={
        <Dropdown
          trigger={['click']}
          disabled={query.data === undefined}
          menu={{
            items: [
              { key: '', label: t('settings.programmers.blank') },
              ...programmerTemplates.map(({ title }) => ({
                key: title,
                label: t('settings.programmers.template', { name: title }),
              })),
            ],
            onClick: ({ key }) => begin(key),
          }}
        >
          <Button icon={<PlusOutlined />} data-testid="programmer-add">
            {t('settings.programmers.add')}
          </Button>
        </Dropdown>
      }
    >
      <p className="secondary">{t('settings.programmers.hint')}</p>
      {query.failure !== undefined && query.data === undefined && (
        <Failed failure={query.failure} retry={query.reload} />
      )}
      {query.loading && <Skeleton rows={2} />}
      {query.data !== undefined && programmers.length === 0 && (
        <p className="secondary">{t('settings.programmers.empty')}</p>
      )}
      <ul className="programmers">
        {programmers.map((programmer) => (
          <li key={programmer.name} data-testid={`programmer-${programmer.name}`}>
            <div className="programmer-head">
              <div>
                <b>{programmer.name}</b>
                <div className="secondary small mono programmer-path" title={programmer.program}>
                  {programmer.program}
                </div>
              </div>
              <Button
                type="text"
                icon={<EditOutlined />}
                aria-label={t('settings.programmers.edit', { name: programmer.name })}
                title={t('settings.programmers.edit', { name: programmer.name })}
                onClick={() => setEditing({ name: programmer.name, draft: programmerDraftOf(programmer) })}
                data-testid="programmer-edit"
              />
              <Button
                type="text"
                danger
                icon={<DeleteOutlined />}
                aria-label={`${t('remove')} ${programmer.name}`}
                title={t('remove')}
                onClick={() => remove(programmer)}
                data-testid="programmer-remove"
              />
            </div>
            <ProgrammerTrial programmer={programmer} />
          </li>
        ))}
      </ul>
      {editing !== undefined && (
        <ProgrammerModal
          title={
            editing.name === undefined
              ? t('settings.programmers.addTitle')
              : t('settings.programmers.editTitle', { name: editing.name })
          }
          first={editing.draft}
          taken={names.filter((name) => name !== editing.name)}
          onSave={save(editing.name)}
          onClose={() => setEditing(undefined)}
        />
      )}
    </Panel>
  )
}
