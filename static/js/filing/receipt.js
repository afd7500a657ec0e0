// The receipt: this phone forgets what the city now has.

import { forgetReport } from "./keep.js";
import { addressesOf, remove } from "../outbox/report-rows.js";
import { forgetArrived } from "../outbox/parts.js";

const { sent } = document.querySelector("[data-sent]").dataset;

forgetReport(sent);
forgetArrived(addressesOf(sent).photosAt);
remove(sent);
