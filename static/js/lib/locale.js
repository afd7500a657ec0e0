/** The page's language with the country by whose custom numbers and times are written. Spanish is that of
    the United States (4.5, 2:05 p. m.), as the server writes it (lib/formats, lib/clock.py). */
export const locale = () => {
  const { lang } = document.documentElement;
  return lang === "es" ? "es-US" : lang;
};
