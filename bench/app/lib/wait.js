/** Seconds by the page's clock: nothing is asked of the browser meanwhile. */
export const wait = (participant, seconds) => participant.evaluate((ms) => new Promise((resolve) => setTimeout(resolve, ms)), seconds * 1000);
