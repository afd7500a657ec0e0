// The receipt: this phone forgets what the city now has.

import { clearReport } from "./form-drafts.js";
import { forgetArrived } from "../outbox/pending-photos.js";
import { buildAddresses, reports } from "../outbox/reports.js";

const { sent } = document.querySelector("[data-sent]").dataset;

clearReport(sent);
forgetArrived(buildAddresses(sent).photosAt);
reports.remove(sent);
