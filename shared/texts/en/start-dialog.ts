export const startDialog = {
  title: 'OTA Bench cannot start',
  buttons: {
    retry: 'Try again',
    restoreBackup: 'Restore a backup',
    setAside: 'Start with a new database',
    openFolder: 'Open the data directory',
    quit: 'Quit',
  },
  sure: {
    restoreBackup: {
      message: 'Restore the backup of {time} ({backup})?',
      detail: 'What happened after this backup is not in it. The database that is there now is kept, beside it.',
    },
    setAside: {
      message: 'Set the old data aside and start with a new database?',
      detail:
        'The station starts empty: without products, devices, packages and records. Nothing is deleted: all that is in the data directory moves to its own folder under “set-aside” there. The certificates stay, so devices keep trusting this station.',
    },
  },
  /** Asked where there are several backups; each button is one of them. */
  which: {
    message: 'Which backup is to be restored?',
    detail:
      'Listed by when each was made. Take the newest, unless it turned out damaged or what it holds is already wrong.',
    newest: '{time} (newest)',
  },
  back: 'Back',
} as const
