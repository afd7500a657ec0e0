/** What Prettier does not decide. Off are: names (they are `block__part`, `block--kind`), empty
    lines, the order by specificity (sheets are ordered by layer), and notations that phones of
    2022 do not read or that change nothing. */
export default {
  extends: "stylelint-config-standard",
  ignoreFiles: ["static/vendor/**", "static/css/uswds.css", "static/css/src/**"],
  rules: {
    "alpha-value-notation": null,
    "at-rule-empty-line-before": null,
    "comment-empty-line-before": null,
    "custom-property-empty-line-before": null,
    "declaration-empty-line-before": null,
    "media-feature-range-notation": null,
    "no-descending-specificity": null,
    "property-no-vendor-prefix": null,
    "rule-empty-line-before": null,
    "selector-class-pattern": null,
    "selector-id-pattern": null,
    "value-keyword-case": ["lower", { camelCaseSvgKeywords: true }],
  },
};
