/** The page's language with the country by whose custom numbers and times are written. Spanish is that of
    the United States (4.5, 2:05 p. m.), as the server writes it (lib/formats, lib/clock.py). */
export const locale = () => {
  const { lang } = document.documentElement;
  return lang === "es" ? "es-US" : lang;
};

/** Return the time of a moment as the server writes it, `2:05 pm` in English, in `timeZone` or the device's.
    @type {(moment?: Date | number, timeZone?: string) => string} */
export function timeOfDay(moment = new Date(), timeZone = undefined) {
  const format = new Intl.DateTimeFormat(locale(), { hour: "numeric", minute: "2-digit", timeZone });
  return format.format(moment).toLowerCase();
}
