/** Dates written out; a day stays that day in every time zone. */

const language = document.documentElement.lang || "en-GB";
const DAY = new Intl.DateTimeFormat(language, { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
const MOMENT = new Intl.DateTimeFormat(language, {
  day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short",
});

/**
 * @param {string | null | undefined} iso a day (2026-12-22) or a moment with its offset
 * @returns {string | null}
 */
export function written(iso) {
  if (!iso) return null;
  const dayOnly = /^\d{4}-\d{2}-\d{2}$/.test(iso);
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  return (dayOnly ? DAY : MOMENT).format(date);
}

/** Today where the person is, as a day. @returns {string} */
export function today() {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}
