import type { Slot } from '#shared/schema.ts'

type Sound = 'pass' | 'fail'

/** The sound for changed slots: a failure has priority over a pass; nothing for unchanged slots. */
export const soundOf = (before: ReadonlyMap<number, Slot['lamp']>, slots: readonly Slot[]): Sound | undefined => {
  const turned = slots.filter(({ id, lamp }) => before.has(id) && before.get(id) !== lamp).map(({ lamp }) => lamp)
  if (turned.some((lamp) => lamp === 'fail' || lamp === 'refused')) return 'fail'
  return turned.includes('pass') ? 'pass' : undefined
}

/** Frequencies in hertz: rising for a pass, falling for a failure. */
const notes: Readonly<Record<Sound, readonly number[]>> = { pass: [880, 1320], fail: [440, 294, 294] }
const NOTE_S = 0.12

let context: AudioContext | undefined

/** Plays it; silent until the user has clicked in the browser. */
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
