import { Input, type InputRef } from 'antd'
import type { Ref } from 'react'
import { useTexts } from '../i18n/i18n.ts'

/** The validation rules of a PIN, for a form. */
export const usePinRules = () => {
  const t = useTexts()
  return [{ required: true, pattern: /^\d{4,12}$/, message: t('operatorLock.rule') }]
}

interface PinInputProps {
  ref?: Ref<InputRef>
  testId: string
  id?: string
  value?: string
  onChange?: (value: string) => void
}

/** A masked field for digits. */
export const PinInput = ({ ref, testId, id, value, onChange }: PinInputProps) => (
  <Input.Password
    ref={ref}
    id={id}
    value={value ?? ''}
    inputMode="numeric"
    autoComplete="off"
    maxLength={12}
    visibilityToggle={false}
    data-testid={testId}
    onChange={(event) => onChange?.(event.target.value.replace(/\D/g, ''))}
  />
)
