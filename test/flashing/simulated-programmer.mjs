// A programmer that writes into a folder instead of a chip, and does wrong what it is told to. Used by the bench's tests as the program
// of a `command` recipe:
//   node simulated-programmer.mjs --unit DIR [--faults JSON] [--serial SN] IMAGE ADDRESS [IMAGE ADDRESS …]
// Faults: [{ kind, step, times? }] at the steps connect, write, verify, reset; a fault without times occurs always. Those that a real
// programmer was seen with: `nack` an error and exit code 1; `quiet` an error line and exit code 0; `late` all written, then exit code 74;
// `silence` never ends; `stubborn` never ends and ignores SIGTERM; `child` leaves a child that holds its output open; `hidden` leaves one
// in a session of its own; `flood` endless output.
import { spawn } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, readFileSync, watch, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const args = process.argv.slice(2)
if (args[0] === '--version') {
  console.log('simulated-programmer 1.2.3')
  process.exit(0)
}

/** @param {string} name */
const option = (name) => {
  const at = args.indexOf(name)
  return at < 0 ? undefined : args.splice(at, 2)[1]
}
const unit = option('--unit') ?? '.'
const faults = JSON.parse(option('--faults') ?? '[]')
const serial = option('--serial') ?? 'SIM0001'
mkdirSync(unit, { recursive: true })
writeFileSync(join(unit, '.cwd'), process.cwd())

/** @param {string} name */
const tally = (name) => {
  const file = join(unit, `.${name}`)
  appendFileSync(file, '.')
  return readFileSync(file).length
}
const children = join(unit, '.children')
/** @param {boolean} detached @param {'inherit' | 'ignore'} output */
const leave = (detached, output) => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
    detached,
    stdio: ['ignore', output, output],
  })
  appendFileSync(children, `${child.pid}\n`)
  child.unref()
}
/** A watched folder keeps the process. */
const forEver = () => new Promise(() => watch(unit))

/** @param {string} step @param {string} text */
const at = async (step, text) => {
  console.log(text)
  for (const [index, fault] of faults.entries()) {
    if (fault.step !== step || tally(`${step}-${index}`) > (fault.times ?? Number.POSITIVE_INFINITY)) continue
    if (fault.kind === 'nack') {
      console.error(`Error: cannot ${step}: target does not answer`)
      process.exit(1)
    }
    if (fault.kind === 'quiet') {
      console.log(`\u001b[31mError: ${step} failed\u001b[0m`)
      process.exit(0)
    }
    if (fault.kind === 'late') {
      process.exitCode = 74
      console.error(`${step}: device left the bus`)
    }
    if (fault.kind === 'stubborn') process.on('SIGTERM', () => {})
    if (fault.kind === 'silence' || fault.kind === 'stubborn') {
      writeFileSync(join(unit, '.silent'), '')
      await forEver()
    }
    if (fault.kind === 'child') leave(false, 'inherit')
    if (fault.kind === 'hidden') leave(true, 'ignore')
    if (fault.kind === 'flood')
      for (let line = 0; ; line++)
        if (!process.stdout.write(`noise ${line} ${'.'.repeat(200)}\n`))
          await new Promise((resolve) => process.stdout.once('drain', resolve))
  }
}

/** @param {number} percent */
const bar = (percent) =>
  process.stdout.write(`\u001b[32m[${'='.repeat(percent / 10).padEnd(10)}] ${percent}%\u001b[0m\r`)

await at('connect', `Connected to probe ${serial}`)
console.log(`Device ID: ${serial.toLowerCase()}`)
for (let index = 0; index + 1 < args.length; index += 2) {
  const image = readFileSync(args[index] ?? '')
  for (const percent of [0, 30]) bar(percent)
  await at('write', `Writing ${image.length} bytes to ${args[index + 1]}`)
  writeFileSync(join(unit, `memory-${args[index + 1]}`), image)
  for (const percent of [60, 100]) bar(percent)
}
await at('verify', 'Verifying')
for (let index = 0; index + 1 < args.length; index += 2)
  if (!existsSync(join(unit, `memory-${args[index + 1]}`))) process.exit(2)
console.log('Verified OK')
await at('reset', 'Reset')
