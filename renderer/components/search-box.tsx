import { SearchOutlined } from '@ant-design/icons'
import { Input } from 'antd'
import { useEffect, useState } from 'react'

interface SearchProps {
  value: string
  onChange: (value: string) => void
  placeholder: string
  width?: number
  testId?: string
}

/** A search box that waits for a pause in typing before it asks. */
export const SearchBox = ({ value, onChange, placeholder, width = 220, testId }: SearchProps) => {
  const [text, setText] = useState(value)
  useEffect(() => {
    if (text === value) return
    const timer = setTimeout(() => onChange(text), 150)
    return () => clearTimeout(timer)
  }, [text, value, onChange])
  return (
    <Input
      allowClear
      prefix={<SearchOutlined className="secondary" />}
      placeholder={placeholder}
      aria-label={placeholder}
      maxLength={64}
      value={text}
      onChange={(event) => setText(event.target.value)}
      style={{ width }}
      data-testid={testId}
    />
  )
}
