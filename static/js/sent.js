// The receipt: this phone forgets what the city now has.

import { forgetReport } from "./report-keep.js";
import { remove } from "./report-outbox.js";

const { sent } = document.querySelector("[data-sent]").dataset;

forgetReport(sent);
remove(sent);
