import { Input, Modal, Select } from 'antd'
import { type ReactNode, useState } from 'react'
import type { Programmer } from '#shared/schema.ts'
import { Fold } from '../../components/fold.tsx'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'
import { Field, sentenceOf } from '../bench/recipes/field.tsx'
import '../bench/recipes/recipes.css'
import { type ProgrammerDraft, type ProgrammerField, programmerFaults, programmerIn } from './programmer-draft.ts'
import { ProgrammerTrial } from './programmer-trial.tsx'

interface ModalProps {
  title: string
  first: ProgrammerDraft
  /** Names of the other programmers. */
  taken: readonly string[]
  onSave: (programmer: Programmer) => Promise<boolean>
  onClose: () => void
}

const patternFields = ['success', 'failure', 'progress', 'unit'] as const

/** The form of one programmer. */
export const ProgrammerModal = ({ title, first, taken, onSave, onClose }: ModalProps) => {
  const t = useTexts()
  const language = useLanguage()
  const [draft, setDraft] = useState(first)
  const [tried, setTried] = useState(false)
  const [busy, setBusy] = useState(false)
  const faults = programmerFaults(draft, taken)
  const set = (patch: Partial<ProgrammerDraft>) => setDraft({ ...draft, ...patch })
  /** An empty field is not marked before somebody tried to save. */
  const faultOf = (field: ProgrammerField): string | undefined => {
    const fault = faults[field]
    if (fault === undefined || (!tried && draft[field].length === 0)) return undefined
    if (draft[field].length === 0) return t('required')
    return sentenceOf(fault, language)
  }
  const field = (key: ProgrammerField, control: ReactNode) => (
    <Field label={t(`settings.programmers.${key}`)} hint={t(`settings.programmers.${key}Hint`)} fault={faultOf(key)}>
      {control}
    </Field>
  )
  const input = (key: Exclude<ProgrammerField, 'values'>, max: number) => (
    <Input
      className="mono"
      value={draft[key]}
      maxLength={max}
      status={faultOf(key) === undefined ? '' : 'error'}
      onChange={(event) => set({ [key]: event.target.value })}
      data-testid={`programmer-${key}`}
    />
  )
  const area = (key: 'args' | 'script', rows: number) => (
    <Input.TextArea
      className="mono"
      value={draft[key]}
      wrap="off"
      autoSize={{ minRows: rows, maxRows: 14 }}
      status={faultOf(key) === undefined ? '' : 'error'}
      onChange={(event) => set({ [key]: event.target.value })}
      data-testid={`programmer-${key}`}
    />
  )
  const save = async () => {
    setTried(true)
    if (Object.keys(faults).length > 0) return
    setBusy(true)
    const saved = await onSave(programmerIn(draft))
    setBusy(false)
    if (saved) onClose()
  }
  const patterns = patternFields.filter((key) => draft[key] !== '').length
  return (
    <Modal
      open
      title={title}
      width={760}
      okText={t('save')}
      okButtonProps={{ ...{ 'data-testid': 'programmer-save' } }}
      cancelText={t('cancel')}
      confirmLoading={busy}
      mask={{ closable: false }}
      onOk={save}
      onCancel={onClose}
    >
      <div className="programmer-form">
        <div className="programmer-name">
          {field('name', input('name', 64))}
          {field('program', input('program', 1024))}
        </div>
        <div className="programmer-trial">
          <ProgrammerTrial programmer={programmerIn(draft)} disabled={faults.program !== undefined} />
        </div>
        {field('args', area('args', 5))}
        {field(
          'values',
          <Select
            mode="tags"
            value={[...draft.values]}
            tokenSeparators={[' ', ',']}
            open={false}
            suffixIcon={null}
            status={faultOf('values') === undefined ? '' : 'error'}
            onChange={(values: string[]) => set({ values })}
            data-testid="programmer-values"
          />,
        )}
        {field('script', area('script', 2))}
        <Fold
          title={t('settings.programmers.output')}
          value={
            patterns === 0
              ? t('settings.programmers.outputDefault')
              : t('settings.programmers.outputSet', { count: patterns })
          }
          testId="programmer-output"
        >
          <div className="settings-two programmer-patterns">
            {patternFields.map((key) => (
              <div key={key}>{field(key, input(key, 200))}</div>
            ))}
            <div>{field('versionArgs', input('versionArgs', 400))}</div>
          </div>
        </Fold>
      </div>
    </Modal>
  )
}
