import type { ReactNode } from 'react'
import type { Language } from '#shared/languages.ts'
import { ruleText } from '#shared/phrase-text.ts'

/** The fault that a schema names (`rules.usbId`) as a sentence below its field. */
export const sentenceOf = (fault: string, language: Language): string => {
  const words = ruleText(fault, language) ?? fault
  return words.charAt(0).toUpperCase() + words.slice(1)
}

interface FieldProps {
  label: ReactNode
  hint?: ReactNode | undefined
  /** Shown instead of the hint. */
  fault?: string | undefined
  children: ReactNode
}

/** A label over its field, with a hint or an error below. */
export const Field = ({ label, hint, fault, children }: FieldProps) => (
  // biome-ignore lint/a11y/noLabelWithoutControl: the control is the child
  <label className="recipe-field">
    <span className="secondary">{label}</span>
    {children}
    {fault !== undefined ? (
      <span className="fault small" role="alert">
        {fault}
      </span>
    ) : (
      hint !== undefined && <span className="secondary small">{hint}</span>
    )}
  </label>
)

interface SwitchFieldProps {
  label: string
  hint?: string | undefined
  checked: boolean
  onChange: (checked: boolean) => void
  testId?: string
}

/** A checkbox with its text. */
export const CheckField = ({ label, hint, checked, onChange, testId }: SwitchFieldProps) => (
  <label className="recipe-check">
    <input
      type="checkbox"
      checked={checked}
      onChange={(event) => onChange(event.target.checked)}
      data-testid={testId}
    />
    <span>
      {label}
      {hint !== undefined && <span className="secondary small">{hint}</span>}
    </span>
  </label>
)
