// The receipt: this phone forgets what the city now has.

import { forgetReport } from "./keep.js";
import { forgetArrived } from "../outbox/parts.js";
import { addressesOf, reports } from "../outbox/reports.js";

const { sent } = document.querySelector("[data-sent]").dataset;

forgetReport(sent);
forgetArrived(addressesOf(sent).photosAt);
reports.remove(sent);
