import { useEffect } from 'react'
import { client, useConnectionEpoch } from '../api/client.ts'
import { dropTicket, useEngineerStore } from '../api/engineer.ts'

/** Milliseconds between two looks at whether a PIN was set or removed at another screen. */
const LOOK_MS = 20_000

const look = async (): Promise<void> => {
  const { ticket } = useEngineerStore.getState()
  const { pinSet, engineerUntil } = await client.operator.state()
  // An answer about a ticket that is not held any more says nothing of the one that is.
  if (useEngineerStore.getState().ticket !== ticket) return
  if (engineerUntil === null && ticket !== undefined) dropTicket()
  useEngineerStore.setState({ pinSet, until: engineerUntil ?? undefined })
}

/** Follows the operator lock of the station, and its end at this screen. */
export const useOperatorLock = (): void => {
  const epoch = useConnectionEpoch()
  const until = useEngineerStore((state) => state.until)
  useEffect(() => {
    if (epoch === 0) return
    // Without a line the station cannot be asked; the next line asks again.
    const again = () => void look().catch(() => undefined)
    again()
    const timer = setInterval(again, LOOK_MS)
    return () => clearInterval(timer)
  }, [epoch])
  useEffect(() => {
    if (until === undefined) return
    const timer = setTimeout(() => void look().catch(dropTicket), Math.max(0, Date.parse(until) - Date.now()) + 500)
    return () => clearTimeout(timer)
  }, [until])
}
