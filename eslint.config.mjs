import js from "@eslint/js";
import globals from "globals";

export default [
  { ignores: ["static/vendor/**", "node_modules/**", ".venv/**", "var/**"] },
  js.configs.recommended,
  {
    files: ["static/js/**/*.js"],
    languageOptions: { globals: { ...globals.browser, ...globals.serviceworker, L: "readonly" } },
  },
  { files: ["tests/js/*.js"], languageOptions: { globals: globals.node } },
];
