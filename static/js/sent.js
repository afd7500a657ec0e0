// The receipt: this phone forgets what the city now has.

import { forgetReport } from "./report-keep.js";
import { addressesOf, remove } from "./report-outbox.js";
import { forgetArrived } from "./report-pending.js";

const { sent } = document.querySelector("[data-sent]").dataset;

forgetReport(sent);
forgetArrived(addressesOf(sent).photosAt);
remove(sent);
