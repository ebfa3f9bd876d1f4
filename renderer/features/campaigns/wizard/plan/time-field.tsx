import { Input } from 'antd'
import { isTimeOfDay } from './plan.ts'

interface TimeFieldProps {
  label: string
  value: string
  onChange: (value: string) => void
  testId: string
}

/** Hours and minutes as they are typed, `22:00`; the browser's own field would use another language's clock. */
export const TimeField = ({ label, value, onChange, testId }: TimeFieldProps) => (
  <Input
    aria-label={label}
    value={value}
    placeholder="22:00"
    inputMode="numeric"
    maxLength={5}
    status={isTimeOfDay(value) ? '' : 'error'}
    style={{ width: 76 }}
    onChange={(event) => onChange(event.target.value.replace('：', ':'))}
    data-testid={testId}
  />
)
