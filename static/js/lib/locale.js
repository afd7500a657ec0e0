/** Return the page's language with the country whose formats of numbers and times apply. Spanish has the
    formats of the United States (4.5, 2:05 p. m.), as on the server (lib/formats, lib/clock.py). */
export const locale = () => {
  const { lang } = document.documentElement;
  return lang === "es" ? "es-US" : lang;
};

/** Format the time of a moment as the server does, `2:05 pm` in English, in `timeZone` or the device's time
    zone.
    @type {(moment?: Date | number, timeZone?: string) => string} */
export function timeOfDay(moment = new Date(), timeZone = undefined) {
  const format = new Intl.DateTimeFormat(locale(), { hour: "numeric", minute: "2-digit", timeZone });
  return format.format(moment).toLowerCase();
}
