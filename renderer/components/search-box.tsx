import { SearchOutlined } from '@ant-design/icons'
import { Input } from 'antd'
import { useEffect, useRef, useState } from 'react'

interface SearchProps {
  value: string
  onChange: (value: string) => void
  placeholder: string
  width?: number
  testId?: string
}

/** A search box that waits for a pause in typing before it searches. */
export const SearchBox = ({ value, onChange, placeholder, width = 220, testId }: SearchProps) => {
  const [text, setText] = useState(value)
  const sent = useRef(value)
  // A live screen renders ten times a second, each time with a new function; this must not restart the pause.
  const latest = useRef(onChange)
  latest.current = onChange
  useEffect(() => {
    if (value === sent.current) return
    sent.current = value
    setText(value)
  }, [value])
  useEffect(() => {
    if (text === sent.current) return
    const timer = setTimeout(() => {
      sent.current = text
      latest.current(text)
    }, 150)
    return () => clearTimeout(timer)
  }, [text])
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
