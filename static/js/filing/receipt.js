// The receipt: delete the stored data of the report, because the server has it.

import { clearReport } from "./form-drafts.js";
import { forgetArrived } from "../outbox/pending-photos.js";
import { buildAddresses, reports } from "../outbox/reports.js";

const { sent } = document.querySelector("[data-sent]").dataset;

clearReport(sent);
forgetArrived(buildAddresses(sent).photosAt);
reports.remove(sent);
