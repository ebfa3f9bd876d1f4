import type { Slot } from '#shared/schema.ts'

export type Sound = 'pass' | 'fail'

/** What is to be heard when slots changed: a failure before a pass; nothing for what stood there already. */
export const soundOf = (before: ReadonlyMap<number, Slot['lamp']>, slots: readonly Slot[]): Sound | undefined => {
  const turned = slots.filter(({ id, lamp }) => before.has(id) && before.get(id) !== lamp).map(({ lamp }) => lamp)
  if (turned.some((lamp) => lamp === 'fail' || lamp === 'refused')) return 'fail'
  return turned.includes('pass') ? 'pass' : undefined
}

/** Frequencies in hertz: upwards is good, downwards is not. */
const notes: Readonly<Record<Sound, readonly number[]>> = { pass: [880, 1320], fail: [440, 294, 294] }
const NOTE_S = 0.12

let context: AudioContext | undefined

/** Plays it; silent where the browser has not been clicked yet. */
export const play = (sound: Sound): void => {
  context ??= new AudioContext()
  const { currentTime: start } = context
  for (const [index, frequency] of notes[sound].entries()) {
    const at = start + index * NOTE_S
    const tone = context.createOscillator()
    const volume = context.createGain()
    tone.type = sound === 'pass' ? 'sine' : 'square'
    tone.frequency.value = frequency
    volume.gain.setValueAtTime(sound === 'pass' ? 0.2 : 0.1, at)
    volume.gain.exponentialRampToValueAtTime(0.001, at + NOTE_S)
    tone.connect(volume).connect(context.destination)
    tone.start(at)
    tone.stop(at + NOTE_S)
  }
}
