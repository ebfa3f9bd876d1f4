import type { Language } from '#shared/languages.ts'
import { choicesOf, type StartChoice, type StartFailureInfo, startFailureText } from '#shared/start-failures.ts'

/** A message box in the form Electron's `dialog.showMessageBox` takes. */
export interface DialogOptions {
  readonly type: 'error' | 'warning'
  readonly message: string
  readonly detail: string
  readonly buttons: string[]
  /** What Enter does, and what Escape and closing the box do. */
  readonly defaultId: number
  readonly cancelId: number
  /** On Windows: every button as a button. */
  readonly noLink: true
}

export type StartAnswer = StartChoice | 'quit'

interface Texts {
  readonly title: string
  readonly buttons: Readonly<Record<StartAnswer, string>>
  /** Asked once more before something is put in the place of what is there. */
  readonly sure: Readonly<Record<'restoreBackup' | 'setAside', { readonly message: string; readonly detail: string }>>
  readonly back: string
}

const texts: Readonly<Record<Language, Texts>> = {
  en: {
    title: 'OTA Bench cannot start',
    buttons: {
      retry: 'Try again',
      restoreBackup: 'Restore the newest backup',
      setAside: 'Start with a new database',
      openFolder: 'Open the data directory',
      quit: 'Quit',
    },
    sure: {
      restoreBackup: {
        message: 'Restore the backup {backup}?',
        detail: 'What happened after this backup is not in it. The database that is there now is kept, beside it.',
      },
      setAside: {
        message: 'Set the old data aside and start with a new database?',
        detail:
          'The station starts empty: without products, devices, packages and records. Nothing is deleted: all that is in the data directory moves to its own folder under “set-aside” there. The certificates stay, so devices keep trusting this station.',
      },
    },
    back: 'Back',
  },
  zh: {
    title: 'OTA Bench 无法启动',
    buttons: {
      retry: '重试',
      restoreBackup: '恢复最新的备份',
      setAside: '重新开始',
      openFolder: '打开数据目录',
      quit: '退出',
    },
    sure: {
      restoreBackup: {
        message: '恢复备份 {backup}？',
        detail: '该备份之后发生的内容不在其中。现有的数据库会保留在旁边。',
      },
      setAside: {
        message: '移出旧数据并重新开始？',
        detail:
          '站点将从空白开始：没有产品、设备、升级包和记录。不会删除任何内容：数据目录中的所有内容将移到其中“set-aside”下的单独文件夹。证书保留在原处，设备仍信任本站点。',
      },
    },
    back: '返回',
  },
}

const languageOf = (locale: string): Language => (/^zh\b/i.test(locale) ? 'zh' : 'en')

/** What the dialog about a start failure shows, and what each of its buttons means. */
export const startDialog = (
  failure: StartFailureInfo,
  locale: string,
): { readonly options: DialogOptions; readonly answers: readonly StartAnswer[] } => {
  const language = languageOf(locale)
  const { title, buttons } = texts[language]
  const answers: StartAnswer[] = [...choicesOf(failure), 'quit']
  return {
    answers,
    options: {
      type: 'error',
      message: title,
      detail: startFailureText(failure.code, language, failure.data),
      buttons: answers.map((answer) => buttons[answer]),
      // Enter must not decide about anybody's data.
      defaultId: answers.indexOf('retry'),
      cancelId: answers.indexOf('quit'),
      noLink: true,
    },
  }
}

/** The second question, before a backup or an empty station takes the place of what is there; button 1 agrees. */
export const sureDialog = (
  choice: 'restoreBackup' | 'setAside',
  { backup }: StartFailureInfo,
  locale: string,
): DialogOptions => {
  const { sure, back, buttons } = texts[languageOf(locale)]
  const { message, detail } = sure[choice]
  return {
    type: 'warning',
    message: message.replace('{backup}', backup ?? ''),
    detail,
    buttons: [back, buttons[choice]],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  }
}

/** What the dialog needs from the desktop; handed in so that tests own it. */
export interface StartDialogHost {
  readonly locale: string
  /** Shows a box and answers the index of the button that was pressed. */
  show(options: DialogOptions): Promise<number>
  openFolder(): void
  /** Starts the station once more, with that done first. */
  start(first: 'restoreBackup' | 'setAside' | undefined): void
  quit(): void
}

/** Shows why the station cannot start until a person has chosen how to go on. */
export const askHowToStart = async (failure: StartFailureInfo, host: StartDialogHost): Promise<void> => {
  const { options, answers } = startDialog(failure, host.locale)
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
      default:
        if ((await host.show(sureDialog(answer, failure, host.locale))) === 1) return host.start(answer)
    }
  }
}
