import { Button, Input, Modal, Segmented } from 'antd'
import { type ReactNode, useState } from 'react'
import { SINK_TOPIC, sinkFacts, sinkKinds } from '#shared/sink-rules.ts'
import { HIDDEN } from '#shared/sink-url.ts'
import { Fold } from '../../components/fold.tsx'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'
import { Field, sentenceOf } from '../bench/recipes/field.tsx'
import '../bench/recipes/recipes.css'
import { newKey, type SinkDraft, type SinkField, sinkDraftFaults } from './sink-draft.ts'

interface ModalProps {
  title: string
  first: SinkDraft
  /** Whether it is there already: its type stays. */
  existing: boolean
  /** Whether a secret is stored. */
  secretSet: boolean
  /** Names of the other receivers. */
  taken: readonly string[]
  onSave: (draft: SinkDraft) => Promise<boolean>
  onClose: () => void
}

/** The form of one receiver of outgoing records. */
export const SinkModal = ({ title, first, existing, secretSet, taken, onSave, onClose }: ModalProps) => {
  const t = useTexts()
  const language = useLanguage()
  const [draft, setDraft] = useState(first)
  const [tried, setTried] = useState(false)
  const [busy, setBusy] = useState(false)
  const [generated, setGenerated] = useState(false)
  const { kind } = draft
  const faults = sinkDraftFaults(draft, taken)
  const set = (patch: Partial<SinkDraft>) => setDraft({ ...draft, ...patch })
  /** An empty field is not marked before somebody tried to save. */
  const faultOf = (field: SinkField): string | undefined => {
    const fault = faults[field]
    if (fault === undefined || (!tried && draft[field] === '')) return undefined
    return draft[field] === '' ? t('required') : sentenceOf(fault, language)
  }
  const field = (key: SinkField, label: string, hint: ReactNode, control: ReactNode) => (
    <Field label={label} hint={hint} fault={faultOf(key)}>
      {control}
    </Field>
  )
  const input = (key: SinkField, placeholder = '') => (
    <Input
      className={key === 'name' ? '' : 'mono'}
      value={draft[key]}
      placeholder={placeholder}
      spellCheck={false}
      autoComplete="off"
      status={faultOf(key) === undefined ? '' : 'error'}
      onChange={(event) => set({ [key]: event.target.value })}
      data-testid={`sink-${key}`}
    />
  )
  const isWebhook = kind === 'webhook'
  const secretHint = () => {
    if (generated) return t('settings.sinks.secretCopy')
    if (secretSet) return t(isWebhook ? 'settings.sinks.secretKept' : 'settings.sinks.passwordKept')
    return t(isWebhook ? 'settings.sinks.secretHint' : 'settings.sinks.passwordHint')
  }
  const save = async () => {
    setTried(true)
    if (Object.keys(faults).length > 0) return
    setBusy(true)
    const saved = await onSave(draft)
    setBusy(false)
    if (saved) onClose()
  }
  return (
    <Modal
      open
      title={title}
      width={640}
      okText={t('save')}
      okButtonProps={{ ...{ 'data-testid': 'sink-save' } }}
      cancelText={t('cancel')}
      confirmLoading={busy}
      mask={{ closable: false }}
      onOk={save}
      onCancel={onClose}
    >
      <div className="programmer-form">
        {!existing && (
          <Segmented
            block
            value={kind}
            onChange={(next) => set({ kind: next, secret: '' })}
            aria-label={t('settings.sinks.kind')}
            options={sinkKinds.map((value) => ({ value, label: t(`settings.sinks.kinds.${value}`) }))}
            data-testid="sink-kind"
          />
        )}
        {field('name', t('settings.sinks.name'), t('settings.sinks.nameHint'), input('name'))}
        {field(
          'url',
          t('settings.sinks.url'),
          <>
            {t(`settings.sinks.urlHints.${kind}`)}
            {draft.url.includes(HIDDEN) && ` ${t('settings.sinks.urlHidden')}`}
          </>,
          input('url', sinkFacts[kind].example),
        )}
        {kind === 'mqtt' &&
          field('topic', t('settings.sinks.topic'), t('settings.sinks.topicHint'), input('topic', SINK_TOPIC))}
        {field(
          'secret',
          t(isWebhook ? 'settings.sinks.secret' : 'settings.sinks.password'),
          secretHint(),
          <span className="sink-secret">
            {generated ? (
              input('secret')
            ) : (
              <Input.Password
                className="mono"
                value={draft.secret}
                autoComplete="new-password"
                status={faultOf('secret') === undefined ? '' : 'error'}
                onChange={(event) => set({ secret: event.target.value })}
                data-testid="sink-secret"
              />
            )}
            {isWebhook && (
              <Button
                onClick={() => {
                  set({ secret: newKey() })
                  setGenerated(true)
                }}
                data-testid="sink-generate"
              >
                {t('settings.sinks.secretNew')}
              </Button>
            )}
          </span>,
        )}
        <Fold
          title={t('settings.sinks.ca')}
          value={t(draft.ca === '' ? 'settings.sinks.caNone' : 'settings.sinks.caSet')}
          testId="sink-ca-fold"
        >
          {field(
            'ca',
            t('settings.sinks.ca'),
            t('settings.sinks.caHint'),
            <Input.TextArea
              className="mono"
              value={draft.ca}
              wrap="off"
              spellCheck={false}
              autoSize={{ minRows: 4, maxRows: 10 }}
              status={faultOf('ca') === undefined ? '' : 'error'}
              onChange={(event) => set({ ca: event.target.value })}
              data-testid="sink-ca"
            />,
          )}
        </Fold>
      </div>
    </Modal>
  )
}
