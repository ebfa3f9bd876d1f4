import { Button, Select } from 'antd'
import { useState } from 'react'
import type { Module } from '#shared/schema.ts'
import { useLanguage, useTexts } from '../../../i18n/i18n.ts'
import { ModuleModal } from '../../devices/module-modal.tsx'
import { becauseText, formatOf, type MadeFormat, madeFormats } from './delta-text.ts'

interface FormatChoiceProps {
  module: Module
  /** Null: the default of the module's device class. */
  format: MadeFormat | null
  choose: (format: MadeFormat | null) => void
  onModule: () => void
}

/** The format of the deltas: the default of the device class with its reason, or another one for experts. */
export const FormatChoice = ({ module, format, choose, onModule }: FormatChoiceProps) => {
  const t = useTexts()
  const language = useLanguage()
  const [choosing, setChoosing] = useState(false)
  const [editing, setEditing] = useState(false)
  const usual = formatOf(module)
  const other = format !== null && format !== usual
  return (
    <div className="make-format">
      <span className="secondary">{t('deltas.make.format')}</span>
      {choosing ? (
        <Select
          value={format ?? usual}
          onChange={(next) => {
            const made = madeFormats.find((known) => known === next)
            choose(made === undefined || made === usual ? null : made)
          }}
          aria-label={t('deltas.make.format')}
          data-testid="diff-format"
          optionLabelProp="label"
          options={madeFormats.map((value) => ({ value, label: t(`deltas.formats.${value}`) }))}
          optionRender={({ value }) => {
            const made = madeFormats.find((known) => known === value)
            return made === undefined ? null : (
              <span className="format-option">
                <b>{t(`deltas.formats.${made}`)}</b>
                <span className="secondary small">{t(`deltas.formatHints.${made}`)}</span>
              </span>
            )
          }}
        />
      ) : (
        <span className="format-line">
          <b className="mono">{t(`deltas.formats.${usual}`)}</b>
          <span className="secondary">{t(`deltas.formatHints.${usual}`)}</span>
        </span>
      )}
      <span className="format-line small">
        <span className={other ? 'toned' : 'secondary'} data-tone={other ? 'person' : undefined}>
          {other
            ? t('deltas.make.changed', {
                class: t(`deltas.classes.${module.deviceClass}`),
                format: t(`deltas.formats.${usual}`),
              })
            : becauseText(module, t, language)}
        </span>
        <Button type="link" size="small" onClick={() => setEditing(true)} data-testid="change-class">
          {t('deltas.make.changeClass')}
        </Button>
        {!choosing && (
          <Button type="link" size="small" onClick={() => setChoosing(true)} data-testid="change-format">
            {t('deltas.make.change')}
          </Button>
        )}
      </span>
      <ModuleModal
        open={editing}
        productId={module.productId}
        module={module}
        onClose={() => setEditing(false)}
        onSaved={() => {
          setEditing(false)
          choose(null)
          onModule()
        }}
      />
    </div>
  )
}
