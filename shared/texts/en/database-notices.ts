export const databaseNotices = {
  older:
    'ota-bench.sqlite is older than the database last used here and lacks what happened since; open campaigns are paused. Nothing was deleted: put the newer one back to have all of it.',
  logLost:
    'ota-bench.sqlite-wal is missing although the station was not closed: unless another program has opened the database since, the latest changes are lost.',
} as const
