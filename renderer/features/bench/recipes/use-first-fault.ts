import { type RefObject, useCallback, useEffect, useRef, useState } from 'react'

/** Shows the first fault of a form, also one that is folded away; to be called when saving was refused. */
export const useFirstFault = <T extends HTMLElement>(): { form: RefObject<T | null>; showFault: () => void } => {
  const form = useRef<T>(null)
  const [refusals, setRefusals] = useState(0)
  useEffect(() => {
    const fault = refusals === 0 ? null : form.current?.querySelector('.fault')
    if (!fault) return
    const fold = fault.closest('details')
    if (fold) fold.open = true
    fault.scrollIntoView({ block: 'center' })
  }, [refusals])
  return { form, showFault: useCallback(() => setRefusals((before) => before + 1), []) }
}
