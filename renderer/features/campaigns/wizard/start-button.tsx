import { Button } from 'antd'
import { useEffect, useState } from 'react'

/** How long the button ignores a click after the review appears, so that the second click of a pair starts nothing. */
const DISARMED_MS = 700

interface StartButtonProps {
  label: string
  busy: boolean
  disabled: boolean
  onStart: () => void
}

/** Starts the campaign. It is away from "Next", and disarmed for a moment after the step change. */
export const StartButton = ({ label, busy, disabled, onStart }: StartButtonProps) => {
  const [armed, setArmed] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setArmed(true), DISARMED_MS)
    return () => clearTimeout(timer)
  }, [])
  return (
    <Button
      type="primary"
      size="large"
      className="wizard-start"
      loading={busy}
      disabled={disabled || !armed}
      onClick={onStart}
      data-testid="campaign-start"
    >
      {label}
    </Button>
  )
}
