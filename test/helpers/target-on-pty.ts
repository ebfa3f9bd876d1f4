import { openSerialLink } from '../../electron/flashing/links/serial-link.ts'
import type { Target, TargetLine } from '../../electron/simulator/targets/target.ts'
import { limits } from '../limits.mjs'
import { createAwakeClock } from './awake-clock.ts'

/** A simulated target behind a pty, so that other programs can drive it; `pull` is what its `unplug` does. */
export const targetOnPty = async <T extends Target>(
  path: string,
  factory: (line: TargetLine) => T,
  pull: () => void = () => undefined,
): Promise<{ readonly target: T } & AsyncDisposable> => {
  const link = await openSerialLink(path, { baudRate: 115_200 }, createAwakeClock())
  const target = factory({
    // The far program may have closed its end: then nobody hears it.
    send: (bytes) => void link.write(bytes).catch(() => undefined),
    unplug: pull,
  })
  const pump = async () => {
    for (;;) {
      const bytes = await link.read(limits.wait)
      if (bytes.length > 0) target.receive(bytes)
    }
  }
  const pumping = pump().catch(() => undefined)
  return {
    target,
    [Symbol.asyncDispose]: async () => {
      await link.close()
      await pumping
      target.closed?.()
    },
  }
}
