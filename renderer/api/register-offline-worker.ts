/**
 * Has the browser say what is wrong when this page is opened while the station is away. Browsers allow that on this computer and over
 * https alone; elsewhere they show their own words.
 */
export const registerOfflineWorker = (): void => {
  // The desktop window has its files beside it.
  if (window.otaBench !== undefined || !('serviceWorker' in navigator)) return
  navigator.serviceWorker.register('./away.js').catch(() => undefined)
}
