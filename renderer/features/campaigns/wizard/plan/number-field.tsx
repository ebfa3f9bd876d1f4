import { InputNumber } from 'antd'

interface NumberFieldProps {
  id: string
  label: string
  value: number | null
  onChange: (value: number | null) => void
  min?: number
  max: number
  suffix?: string
  /** Shown while it is empty: the default. */
  placeholder?: string
}

/** A whole number with its label. */
export const NumberField = ({ id, label, value, onChange, min = 1, max, suffix, placeholder }: NumberFieldProps) => (
  <label className="field" htmlFor={id}>
    <span>{label}</span>
    <InputNumber
      id={id}
      min={min}
      max={max}
      precision={0}
      suffix={suffix}
      placeholder={placeholder}
      value={value}
      onChange={onChange}
      style={{ width: '100%' }}
      data-testid={id}
    />
  </label>
)
