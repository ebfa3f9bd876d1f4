/**
 * Makes the browser show what is wrong when this page is opened while the station does not run. Browsers allow this only on this computer
 * and over https; elsewhere they show their own message.
 */
export const registerOfflineWorker = (): void => {
  // The desktop window loads its files from its own disk.
  if (window.otaBench !== undefined || !('serviceWorker' in navigator)) return
  navigator.serviceWorker.register('./away.js').catch(() => undefined)
}
