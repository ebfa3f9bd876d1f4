import type { ReactNode } from 'react'

interface ChoiceProps {
  type: 'radio' | 'checkbox'
  name: string
  checked: boolean
  disabled?: boolean
  onChange: (checked: boolean) => void
  title: ReactNode
  hint?: ReactNode
  testId?: string
}

/** A radio button or checkbox as a card with room for an explanation. */
export const Choice = ({ type, name, checked, disabled = false, onChange, title, hint, testId }: ChoiceProps) => (
  <label className="choice" data-chosen={checked} data-disabled={disabled}>
    <input
      type={type}
      name={name}
      checked={checked}
      disabled={disabled}
      data-testid={testId}
      onChange={(event) => onChange(event.target.checked)}
    />
    <span style={{ minWidth: 0, flex: 1 }}>
      <span className="choice-title">{title}</span>
      {hint !== undefined && <span className="secondary small">{hint}</span>}
    </span>
  </label>
)
