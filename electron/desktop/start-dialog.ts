import { languageFor } from '#shared/languages.ts'
import { startFailureText } from '#shared/start-failure-texts.ts'
import { choicesOf, type StartChoice, type StartFailureInfo } from '#shared/start-failures.ts'
import { texts } from '#shared/texts/index.ts'

/** A message box in the form Electron's `dialog.showMessageBox` takes. */
export interface DialogOptions {
  readonly type: 'error' | 'warning'
  readonly message: string
  readonly detail: string
  readonly buttons: string[]
  /** The buttons for Enter, and for Escape and closing the box. */
  readonly defaultId: number
  readonly cancelId: number
  /** On Windows: shows each choice as a button, not as a link in a list. */
  readonly noLink: boolean
}

type StartAnswer = StartChoice | 'quit'

/** What the dialog about a start failure shows, and what each button does. */
export const startDialog = (
  failure: StartFailureInfo,
  locale: string,
): { readonly options: DialogOptions; readonly answers: readonly StartAnswer[] } => {
  const language = languageFor(locale)
  const { title, buttons } = texts[language].startDialog
  const answers: StartAnswer[] = [...choicesOf(failure), 'quit']
  return {
    answers,
    options: {
      type: 'error',
      message: title,
      detail: startFailureText(failure.code, language, failure.data),
      buttons: answers.map((answer) => buttons[answer]),
      // Enter must not delete or replace data.
      defaultId: answers.indexOf('retry'),
      cancelId: answers.indexOf('quit'),
      noLink: true,
    },
  }
}

/** One of the station's own backups. */
export type Backup = StartFailureInfo['backups'][number]

/** What the station does first at its next start. */
type StartFirst = { readonly kind: 'restoreBackup'; readonly backup: Backup } | { readonly kind: 'setAside' }

const two = (n: number): string => String(n).padStart(2, '0')

/** `2026-11-30 13:50:17`, in local time. */
const localTime = (at: number): string => {
  const time = new Date(at)
  const date = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join('-')
  return `${date} ${[time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':')}`
}

/** Asks which of several backups to restore, newest first; button 0 goes back, each other button is the backup before it in the list. */
export const whichBackupDialog = (backups: readonly Backup[], locale: string): DialogOptions => {
  const { which, back } = texts[languageFor(locale)].startDialog
  const times = backups.map(({ at }, n) => (n === 0 ? which.newest : '{time}').replace('{time}', localTime(at)))
  return {
    type: 'warning',
    message: which.message,
    detail: which.detail,
    buttons: [back, ...times],
    defaultId: 0,
    cancelId: 0,
    noLink: false,
  }
}

/** The final confirmation before a backup or an empty station replaces the present data; button 1 confirms. */
const sureDialog = (first: StartFirst, locale: string): DialogOptions => {
  const { sure, back, buttons } = texts[languageFor(locale)].startDialog
  const { message, detail } = sure[first.kind]
  const { name, at } = first.kind === 'restoreBackup' ? first.backup : { name: '', at: 0 }
  return {
    type: 'warning',
    message: message.replace('{time}', localTime(at)).replace('{backup}', name),
    detail,
    buttons: [back, buttons[first.kind]],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  }
}

/** What the dialog needs from the desktop; injected so that tests control it. */
interface StartDialogHost {
  readonly locale: string
  /** Shows a box and returns the index of the pressed button. */
  show(options: DialogOptions): Promise<number>
  openFolder(): void
  /** Starts the station again with this first step. */
  start(first: StartFirst | undefined): void
  quit(): void
}

/** Shows why the station cannot start until the operator has chosen how to go on. */
export const askHowToStart = async (failure: StartFailureInfo, host: StartDialogHost): Promise<void> => {
  const { options, answers } = startDialog(failure, host.locale)
  const whichBackup = async (): Promise<Backup | undefined> =>
    failure.backups.length < 2
      ? failure.backups[0]
      : failure.backups[(await host.show(whichBackupDialog(failure.backups, host.locale))) - 1]
  const firstOf = async (answer: 'restoreBackup' | 'setAside'): Promise<StartFirst | undefined> => {
    if (answer === 'setAside') return { kind: answer }
    const backup = await whichBackup()
    return backup && { kind: answer, backup }
  }
  for (;;) {
    const answer = answers[await host.show(options)] ?? 'quit'
    switch (answer) {
      case 'quit':
        return host.quit()
      case 'retry':
        return host.start(undefined)
      case 'openFolder':
        host.openFolder()
        break
      default: {
        const first = await firstOf(answer)
        if (first && (await host.show(sureDialog(first, host.locale))) === 1) return host.start(first)
      }
    }
  }
}
